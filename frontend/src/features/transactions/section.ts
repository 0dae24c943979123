import { lazy } from 'react';
import { tr } from '../../app/preferences';
import type { Section } from '../../app/Section';

export const transactionSections: Section[] = [{ path: '/transactions', title: () => tr('Операции', 'Transactions'), group: 'money', page: lazy(() => import('./TransactionsPage')) }];
