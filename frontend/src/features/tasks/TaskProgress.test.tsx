import { act, fireEvent, screen, waitFor } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { keys } from '../../realtime/keys';
import { aTask, clerk, draw, refusal, serve } from '../../test/draw';
import TaskProgress from './TaskProgress';

const types = { body: { task_types: [{ name: 'sync_bank_transactions', title: 'x', user: false, params_schema: { properties: { date_from: {}, date_to: {}, auto_classify: {} } }, phases: [] }] } };
const task = aTask({ stats: { ...aTask().stats, failed: 0, skipped: 0 } });
const path = `/tasks/${task.task_id}`;
const nothing = () => undefined;

test('the end is told once, and what came is shown', async () => {
  serve({ [`GET ${path}`]: { body: task }, 'GET /task-types': types });
  const ended = vi.fn();
  const { queryClient } = draw(<TaskProgress taskId={task.task_id} visible onClose={nothing} onComplete={ended} />);
  await screen.findByText('загрузка');
  expect(ended).not.toHaveBeenCalled();
  const done = { ...task, status: 'completed' as const, progress: 100, seq: 60 };
  act(() => void queryClient.setQueryData(keys.task(task.task_id), done));
  act(() => void queryClient.setQueryData(keys.task(task.task_id), { ...done, seq: 61 }));
  await screen.findByText('завершена', { selector: '.ant-tag' });
  expect(ended).toHaveBeenCalledTimes(1);
});

test('cancelling asks first, and a refusal is said with its request', async () => {
  const asked = serve({ [`GET ${path}`]: { body: task }, 'GET /task-types': types, [`POST ${path}/cancel`]: refusal(409, 'CONFLICT', 'Задача уже завершена') });
  draw(<TaskProgress taskId={task.task_id} visible onClose={nothing} />);
  fireEvent.click(await screen.findByRole('button', { name: 'Отменить' }));
  expect(asked.some(({ call }) => call.startsWith('POST'))).toBe(false);
  fireEvent.click(await screen.findByRole('button', { name: 'Да, отменить' }));
  expect(await screen.findByText('Задача уже завершена')).toBeTruthy();
  expect(screen.getByText(/r-409/)).toBeTruthy();
});

test('the same again: with the same parameters, and it is watched', async () => {
  const asked = serve({ [`GET ${path}`]: { body: { ...task, status: 'cancelled', seq: 70 } }, 'GET /task-types': types, 'POST /tasks': { status: 202, body: { task_id: 'new', message: 'ok' } } });
  draw(<TaskProgress taskId={task.task_id} visible onClose={nothing} />);
  fireEvent.click(await screen.findByRole('button', { name: 'Запустить такую же' }));
  await waitFor(() => expect(asked.find(({ call }) => call === 'POST /tasks')?.body).toEqual({ task_type: 'sync_bank_transactions', params: { date_from: '2026-01-01', date_to: '2026-11-29', auto_classify: true } }));
});

test('a USER is offered neither continue nor the same again', async () => {
  serve({ [`GET ${path}`]: { body: { ...task, status: 'failed', error: 'x', seq: 80 } }, 'GET /task-types': types });
  draw(<TaskProgress taskId={task.task_id} visible onClose={nothing} />, { user: clerk });
  await screen.findByText('ошибка', { selector: '.ant-tag' });
  expect(screen.queryByRole('button', { name: 'Продолжить' })).toBeNull();
  expect(screen.queryByRole('button', { name: 'Запустить такую же' })).toBeNull();
});

test('a task that is not there says so', async () => {
  serve({});
  draw(<TaskProgress taskId="gone" visible onClose={nothing} />);
  expect(await screen.findByText('Такого адреса нет')).toBeTruthy();
});

test('without the socket this task is asked for by itself, until it has ended', async () => {
  let times = 0;
  const asked = serve({
    [`GET ${path}`]: () => ({ body: ++times > 3 ? { ...task, status: 'completed', progress: 100, seq: 100 } : { ...task, processed: 450 + times, seq: 57 + times } }),
    'GET /task-types': types,
  });
  vi.useFakeTimers({ shouldAdvanceTime: true, toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
  try {
    draw(<TaskProgress taskId={task.task_id} visible onClose={nothing} useWebSocket={false} />);
    await screen.findByText('загрузка');
    await act(() => vi.advanceTimersByTimeAsync(8000));
    await screen.findByText('завершена', { selector: '.ant-tag' });
    const calls = () => asked.filter(({ call }) => call === `GET ${path}`).length;
    const before = calls();
    await act(() => vi.advanceTimersByTimeAsync(10_000));
    expect(calls()).toBe(before);
  } finally {
    vi.useRealTimers();
  }
});

test('an import that has ended leads to what it has brought, a dry run does not', async () => {
  serve({ [`GET ${path}`]: { body: { ...task, status: 'completed', progress: 100, stats: { ...task.stats, failed: 2 } } }, 'GET /task-types': types });
  draw(<TaskProgress taskId={task.task_id} visible onClose={nothing} />);
  expect((await screen.findByText('Операции этого периода')).getAttribute('href')).toBe('/transactions?date_from=2026-01-01&date_to=2026-11-29');
  expect(screen.getByText(/Исправьте отклонённые документы/)).toBeTruthy();
});
