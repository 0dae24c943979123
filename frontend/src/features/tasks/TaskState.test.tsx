import { render, screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { aTask } from '../../test/draw';
import { TaskState } from './TaskState';

const text = (more = {}) => render(<TaskState task={aTask(more)} />).container.textContent!.replace(/\u00a0/g, ' ');

test('a running task: phase, figures, speed, time left, counters', () => {
  const said = text();
  for (const words of ['выполняется', 'загрузка', '450 из 1 000', '813 в секунду', 'осталось 1 мин 1 с', 'создано440', 'отклонено4']) expect(said).toContain(words);
});

test('no speed and no time left are shown before they mean something', () => {
  const said = text({ rate: null, eta_seconds: null });
  expect(said).not.toContain('в секунду');
  expect(said).not.toContain('осталось');
});

test('a waiting task says why', () => expect(text({ status: 'pending', progress: 0, phase: null, wait_reason: 'Ждёт конца такой же задачи' })).toContain('Ждёт конца такой же задачи'));

test('a failed task says what to do', () => {
  text({ status: 'failed', error: '1С отказала: неверный пароль', error_code: 'ONEC_API_ERROR' });
  expect(screen.getByRole('alert').textContent).toContain('1С отказала: неверный пароль');
  expect(screen.getByRole('alert').textContent).toContain('Проверьте соединение с 1С');
});

test('what is gone from 1C is counted where 1C was asked', () => {
  expect(text()).toContain('исчезло в 1С');
  for (const task_type of ['import_bank_statement', 'reclassify_transactions']) expect(text({ task_type })).not.toContain('исчезло');
});

test('a second attempt is told', () => expect(text({ attempt: 2 })).toContain('попытка 2'));

test('a total that is not known yet shows only what is done', () => expect(text({ total: 0, processed: 7, message: null })).not.toContain(' из '));

test('a dry run counts what would be done, and says of nothing that it was', () => {
  const said = text({ metadata: { dry_run: true, user_id: 1 }, stats: { fetched: 6, created: 3, updated: 2, unchanged: 0, skipped: 0, failed: 0, deactivated: 1 } });
  for (const words of ['появится3', 'изменится2', 'снимется: исчезло в 1С1']) expect(said).toContain(words);
  expect(said).not.toMatch(/создано|обновлено/);
});
