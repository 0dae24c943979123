import { expect, test } from 'vitest';
import type { Task } from '../../api/types';
import { ownWords } from './status';
import { paramsOf } from './TaskActions';

const task = (more: Partial<Task>) => ({ message: null, error: null, total: 1000, processed: 450, ...more }) as Task;

test('words that only repeat the count are left out', () => {
  expect(ownWords(task({ message: 'Обработано 450 из 1000' }))).toBeNull();
  expect(ownWords(task({ message: 'Выполняется', status: 'running' }))).toBeNull();
  expect(ownWords(task({ message: '1С отвечает медленно' }))).toBe('1С отвечает медленно');
  expect(ownWords(task({ message: 'Готово: новых 0, известных из 1С 450, уже было 0', status: 'completed' }))).toContain('из 1С 450');
  expect(ownWords(task({ message: 'Готово: обработано 450 из 1000 (450 без изменений)', status: 'completed' }))).toBeNull();
  const dry = { metadata: { dry_run: true, user_id: 1 } };
  expect(ownWords(task({ ...dry, message: 'Проверено, ничего не записано: обработано 450 из 450 (450 появится)', status: 'completed' }))).toBe('Проверено, ничего не записано');
  expect(ownWords(task({ ...dry, message: 'Обработано 450 из 1000', status: 'running' }))).toBeNull();
  expect(ownWords(task({ message: 'Нет связи', error: 'Нет связи' }))).toBeNull();
});

test('the same again takes the parameters and leaves the rest of the metadata', () =>
  expect(paramsOf({ metadata: { date_from: '2026-01-01', auto_classify: true, user_id: 1 } }, { params_schema: { properties: { date_from: {}, auto_classify: {} } } })).toEqual({ date_from: '2026-01-01', auto_classify: true }));
