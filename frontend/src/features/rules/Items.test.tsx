import { fireEvent, screen, waitFor } from '@testing-library/react';
import { expect, test } from 'vitest';
import { admin, clerk, draw, serve } from '../../test/draw';
import { Items } from './Items';

const row = (id: number, name: string, more: object) => ({ id, code: String(id), name, kind: 'expense', parent_id: null, source: '1c', is_active: true, same_as: null, is_folder: false, children: [], ...more });
const tree = { total: 3, categories: [row(5, 'АРЕНДА', {}), row(6, 'Связь и почта', { same_as: 2 }), row(1, 'Аренда', { source: null }), row(2, 'Связь', { source: null })] };

test('an item with the name of a category of ours goes over in turns, when a person says so', async () => {
  const turns = [{ moved: 20000, more: true }, { moved: 7, more: false }];
  const asked = serve({ 'GET /categories': { body: tree }, 'POST /categories/5/merge': () => ({ body: turns.shift() }) });
  draw(<Items user={admin} />);
  expect(await screen.findByText('Связь')).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: /Есть такая же.*Аренда/ }));
  fireEvent.click(await screen.findByRole('button', { name: 'Объединить' }));
  await waitFor(() => expect(asked.filter(({ call }) => call === 'POST /categories/5/merge').map(({ body }) => body)).toEqual([{ into_id: 1 }, { into_id: 1 }]));
});

test('what is merged can be taken apart', async () => {
  const asked = serve({ 'GET /categories': { body: tree }, 'POST /categories/6/merge': { body: { moved: 0, more: false } } });
  draw(<Items user={admin} />);
  fireEvent.click(await screen.findByRole('button', { name: 'Разъединить: Связь и почта' }));
  fireEvent.click(await screen.findByRole('button', { name: 'Разъединить' }));
  await waitFor(() => expect(asked.find(({ call }) => call === 'POST /categories/6/merge')?.body).toEqual({ into_id: null }));
});

test('a clerk reads', async () => {
  serve({ 'GET /categories': { body: tree } });
  draw(<Items user={clerk} />, { user: clerk });
  expect(await screen.findByText('Связь')).toBeTruthy();
  expect(screen.queryAllByRole('button', { name: /Есть такая же|Разъединить|Категория/ })).toEqual([]);
});
