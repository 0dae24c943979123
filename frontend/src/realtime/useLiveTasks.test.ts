import { expect, test } from 'vitest';
import type { Task } from '../api/types';
import { apply } from './useLiveTasks';

const task = (id: string, seq: number, created = '2026-01-01T00:00:00Z') => ({ task_id: id, seq, created_at: created }) as Task;

test('a newer state replaces an older one, an older one changes nothing', () => {
  const list = { tasks: [task('a', 5)], total: 1 };
  expect(apply(list, [task('a', 6)]).tasks[0]!.seq).toBe(6);
  expect(apply(list, [task('a', 4)]).tasks[0]!.seq).toBe(5);
});

test('a new task stands first and is counted', () => {
  const list = apply({ tasks: [task('a', 1)], total: 1 }, [task('b', 1, '2026-01-02T00:00:00Z')]);
  expect(list.tasks.map((t) => t.task_id)).toEqual(['b', 'a']);
  expect(list.total).toBe(2);
});

test('without a list there is one of the changes', () => {
  expect(apply(undefined, [task('a', 1)])).toEqual({ tasks: [task('a', 1)], total: 1 });
});
