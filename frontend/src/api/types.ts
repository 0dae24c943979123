/** The shapes of the API that many parts of the page use, by their own names. All others: import from './schema'. */
export type { Account, Card, Health, RefusedRecord, Role, Task, TaskEvent, TaskFigures, TaskStatus, TaskType, Transaction, User } from './schema';
export type { Problem } from './client';
import type { Component, Task, Transaction } from './schema';

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type TaskList = { tasks: Task[]; total: number };
export type TransactionList = { transactions: Transaction[]; total: number; totals: { credit: string; debit: string; balance: string } };
export type ComponentState = Component;
