import { beforeEach, expect, test } from 'vitest';
import type { Task } from '../api/types';
import { forget, newest, refreshed } from './newest';

const task = (id: string, seq: number) => ({ task_id: id, seq }) as Task;
beforeEach(forget);

test('a state that comes late changes nothing', () => {
  expect(newest(task('a', 5)).seq).toBe(5);
  expect(newest(task('a', 4)).seq).toBe(5);
  expect(newest(task('a', 6)).seq).toBe(6);
});

test('a list takes newer states and stays the same object without them', () => {
  const list = { tasks: [task('a', 5), task('b', 1)], total: 2 };
  expect(refreshed(list, new Map([['a', task('a', 6)]])).tasks.map((t) => t.seq)).toEqual([6, 1]);
  expect(refreshed(list, new Map([['a', task('a', 4)], ['c', task('c', 9)]]))).toBe(list);
});

test('what is kept is bounded', () => {
  for (let i = 0; i < 1500; i++) newest(task(`t${i}`, 2));
  expect(newest(task('t0', 1)).seq).toBe(1);
  expect(newest(task('t1499', 1)).seq).toBe(2);
});
