import { fireEvent, screen, waitFor } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { admin, aTask, clerk, draw, serve } from '../../test/draw';
import { Moves, movesOf } from './Moves';

const categories = { body: { categories: [{ id: 1, code: 'A', name: 'Продажи', kind: 'income', parent_id: null, source: null, is_active: true, same_as: null, is_folder: false, children: [] }, { id: 2, code: 'B', name: 'Аренда', kind: 'expense', parent_id: null, source: null, is_active: true, same_as: null, is_folder: false, children: [] }] } };
const move = (from: number | null, fromSuggested: boolean, to: number | null, toSuggested: boolean, count: number) => ({ from_category_id: from, from_suggested: fromSuggested, to_category_id: to, to_suggested: toSuggested, count, credit: '0.00', debit: '1500.50' });
const task = (dry_run: boolean, moves: unknown[]) => aTask({ task_type: 'reclassify_transactions', status: 'completed', result: { dry_run, kept_by_people: 3, moves } });

test('moves stand there in words, and are applied', async () => {
  const asked = serve({ 'GET /categories': categories, 'POST /tasks/01a2269a-1adb-7e4d-a907-c3a32273c9bb/apply': { status: 202, body: { task_id: 'real', message: '' } } });
  const started = vi.fn();
  draw(<Moves task={task(true, [move(null, false, 1, true, 5), move(2, true, 2, false, 334), move(2, false, 2, false, 7)])} user={admin} onStarted={started} />);
  await screen.findAllByText(/Аренда/);
  const lines = screen.getAllByRole('row').slice(-3).map((row) => row.textContent);
  expect(lines).toEqual(['Аренда (предложена) → Аренда334−1 500,50', 'Аренда → та же; другая причина или уверенность7−1 500,50', 'без категории → Продажи (предложена)5−1 500,50'].map((line) => line.replace('1 500', '1\u00a0500')));
  fireEvent.click(screen.getByRole('button', { name: 'Применить' }));
  await waitFor(() => expect(started).toHaveBeenCalledWith('real'));
  expect(asked.some(({ call }) => call.endsWith('/apply'))).toBe(true);
});

test('what is done, or would do nothing, or is not for this person is not offered', async () => {
  serve({ 'GET /categories': categories });
  const view = (t: ReturnType<typeof task>, user = admin) => draw(<Moves task={t} user={user} onStarted={() => undefined} />);
  for (const [t, user] of [[task(false, [move(1, false, 2, false, 1)]), admin], [task(true, []), admin], [task(true, [move(1, false, 2, false, 1)]), clerk]] as const) {
    const { unmount } = view(t, user);
    await screen.findByRole('heading');
    expect(screen.queryByRole('button', { name: 'Применить' })).toBeNull();
    unmount();
  }
});

test('rows of which only the reason is another are counted apart', async () => {
  serve({ 'GET /categories': categories });
  draw(<Moves task={aTask({ task_type: 'reclassify_transactions', status: 'completed', result: { dry_run: true, kept_by_people: 0, same_category: 24, moves: [] } })} user={admin} onStarted={() => undefined} />);
  expect((await screen.findByText(/Категория та же/)).textContent).toMatch(/24$/);
  expect(screen.getByRole('button', { name: 'Применить' })).toBeTruthy();
});

test('none of another kind of task, and none before the end', () => {
  expect(movesOf(aTask({ status: 'completed', result: { dry_run: true } }))).toBeNull();
  expect(movesOf({ ...task(true, []), status: 'running' })).toBeNull();
});
