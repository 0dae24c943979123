import { fireEvent, screen, waitFor } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { Transaction } from '../../api/types';
import { draw, refusal, serve } from '../../test/draw';
import { CategoryCell } from './CategoryCell';

const row = { id: 5, document_number: 'К-1', category_id: null, category_name: null, suggested_category_id: 2, category_reason: 'Слово «аренда»' } as Transaction;
const categories = { body: { categories: [{ id: 1, code: 'A', name: 'Продажи', kind: 'INCOME', parent_id: null, source: null, is_active: true, same_as: null, children: [] }, { id: 2, code: 'B', name: 'Аренда', kind: 'EXPENSE', parent_id: null, source: null, is_active: true, same_as: null, children: [] }] } };

test('it is words until it is pressed; a suggestion is told from a decision', async () => {
  serve({ 'GET /categories': categories });
  draw(<CategoryCell row={row} may />);
  await screen.findByText('Аренда?');
  expect(screen.queryByRole('combobox')).toBeNull();
  fireEvent.click(screen.getByRole('button'));
  expect(await screen.findByRole('combobox')).toBeTruthy();
  fireEvent.keyDown(screen.getByRole('combobox'), { key: 'Escape' });
  await waitFor(() => expect(screen.queryByRole('combobox')).toBeNull());
  expect(document.activeElement).toBe(screen.getByRole('button'));
});

test('a refusal leaves the row as it was and says why', async () => {
  const asked = serve({ 'GET /categories': categories, 'PATCH /bank-transactions/5': refusal(409, 'CONFLICT', 'Операцию уже изменили') });
  draw(<CategoryCell row={row} may />);
  await screen.findByText('Аренда?');
  fireEvent.click(screen.getByRole('button'));
  fireEvent.click(await screen.findByText('Продажи'));
  expect(await screen.findByText('Операцию уже изменили')).toBeTruthy();
  expect(asked.find(({ call }) => call.startsWith('PATCH'))?.body).toEqual({ category_id: 1, status: 'APPROVED' });
  expect(await screen.findByText('Аренда?')).toBeTruthy();
});

test('who may not change it only reads', async () => {
  serve({ 'GET /categories': categories });
  draw(<CategoryCell row={row} may={false} />);
  await screen.findByText('Аренда?');
  expect(screen.queryByRole('button')).toBeNull();
});
