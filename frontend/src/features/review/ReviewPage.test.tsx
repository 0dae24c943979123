import { fireEvent, screen, waitFor } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { Transaction } from '../../api/types';
import { admin, draw, serve } from '../../test/draw';
import ReviewPage from './ReviewPage';

const category = (id: number, name: string) => ({ id, code: name, name, kind: 'expense', parent_id: null, source: null, is_active: true, same_as: null, children: [] });
const row = (id: number, more: Partial<Transaction>) => ({
  id, amount: '1500.00', transaction_type: 'DEBIT', transaction_date: '2026-03-05T10:00:00', document_number: String(id), counterparty_name: 'ООО «Ромашка»', counterparty_inn: '7707083893',
  payment_purpose: 'За услуги', status: 'NEEDS_REVIEW', category_id: null, suggested_category_id: null, category_confidence: null, category_reason: null, ...more,
}) as Transaction;
/** What waits; one that was decided is told to be gone. */
const waiting = (...rows: Transaction[]) => serve({
  'GET /categories': { body: { categories: [category(7, 'Аренда'), category(9, 'Связь')] } },
  'GET /bank-transactions': { body: { transactions: rows, total: rows.length, totals: { credit: '0.00', debit: '3000.00', balance: '-3000.00' } } },
  'POST /bank-transactions/bulk': { body: { updated: rows.length } },
  ...Object.fromEntries(rows.map((one) => [`PATCH /bank-transactions/${one.id}`, { body: one }])),
});
const sent = (asked: ReturnType<typeof serve>, method: string) => asked.filter(({ call }) => call.startsWith(method));
const press = (key: string, more = {}) => fireEvent.keyDown(document.body, { key, code: key, ...more });

test('a row that has its category already is accepted with it', async () => {
  const asked = waiting(row(1, { category_id: 7, category_confidence: 1 }), row(2, { suggested_category_id: 9, category_confidence: 0.7 }));
  draw(<ReviewPage user={admin} />);
  expect(await screen.findByText('Аренда')).toBeTruthy();
  expect(screen.getByText('уже стоит')).toBeTruthy();
  press('Enter');
  expect(await screen.findByText('Связь')).toBeTruthy();
  expect(screen.queryByText('уже стоит')).toBeNull();
  fireEvent.click(screen.getByRole('button', { name: /^Принять Enter/ }));
  await waitFor(() => expect(sent(asked, 'PATCH').map(({ call, body }) => [call, body])).toEqual([
    ['PATCH /bank-transactions/1', { category_id: 7, status: 'APPROVED' }],
    ['PATCH /bank-transactions/2', { category_id: 9, status: 'APPROVED' }],
  ]));
});

test('all like it are those that have the same category', async () => {
  const asked = waiting(row(1, { category_id: 7 }), row(2, { category_id: 7 }));
  draw(<ReviewPage user={admin} />);
  await screen.findByText('Аренда');
  press('Enter', { shiftKey: true });
  fireEvent.click(await screen.findByRole('button', { name: 'Принять' }));
  await waitFor(() => expect(sent(asked, 'POST')).toHaveLength(1));
  const { query, body } = sent(asked, 'POST')[0]!;
  expect(Object.fromEntries(new URLSearchParams(query))).toEqual({ status: 'NEEDS_REVIEW', counterparty_inn: '7707083893', transaction_type: 'DEBIT', category_id: '7' });
  expect(body).toEqual({ count: 2, category_id: 7, status: 'APPROVED' });
});

test('Escape gives the keyboard back to the row', async () => {
  waiting(row(1, { suggested_category_id: 9 }));
  draw(<ReviewPage user={admin} />);
  await screen.findByText('Связь');
  press('KeyC');
  const field = screen.getByRole('combobox', { name: 'Другая категория' });
  expect(document.activeElement).toBe(field);
  fireEvent.keyDown(field, { key: 'Escape', code: 'Escape' });
  expect(document.activeElement).toBe(document.body);
  press('KeyR');
  expect(await screen.findByLabelText('Что искать')).toBeTruthy();
});
