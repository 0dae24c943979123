import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { aTask } from '../test/draw';
import { notice } from './notice';

const shown: string[] = [];
class Told {
  static permission = 'granted';
  onclick?: () => void;
  constructor(title: string) {
    shown.push(title);
  }
  close() {}
}
const before = aTask({ user_id: 1 });
const ended = { ...before, status: 'completed' as const, started_at: '2026-11-29T09:00:00Z', completed_at: '2026-11-29T09:00:30Z', seq: 99 };

beforeEach(() => {
  shown.length = 0;
  Told.permission = 'granted';
  vi.stubGlobal('Notification', Told);
  vi.spyOn(document, 'hidden', 'get').mockReturnValue(true);
});
afterEach(() => void vi.restoreAllMocks());

test('the end of a long task of mine is told when I look elsewhere', () => {
  notice(before, ended, 1);
  expect(shown).toEqual([`${ended.name}: завершена`]);
});

test.each([
  ['it is looked at', () => void vi.spyOn(document, 'hidden', 'get').mockReturnValue(false), before, ended, 1],
  ['it is not allowed', () => void (Told.permission = 'denied'), before, ended, 1],
  ['it is another person’s', () => undefined, before, ended, 2],
  ['it was told before', () => undefined, ended, { ...ended, seq: 100 }, 1],
  ['it was short', () => undefined, before, { ...ended, completed_at: '2026-11-29T09:00:05Z' }, 1],
  ['it goes on', () => undefined, before, before, 1],
])('nothing is told when %s', (_, arrange, was, is, me) => {
  arrange();
  notice(was, is, me);
  expect(shown).toEqual([]);
});
