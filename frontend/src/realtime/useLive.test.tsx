import { act, cleanup, screen } from '@testing-library/react';
import { useQuery } from '@tanstack/react-query';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { aTask, draw, serve, type Answer } from '../test/draw';
import { useMe } from '../app/useMe';
import { keys } from './keys';
import { forget } from './newest';
import { fetchTask, useLive } from './useLive';

class Socket extends EventTarget {
  static made: Socket[] = [];
  static CONNECTING = 0;
  static OPEN = 1;
  static CLOSED = 3;
  readyState = 0;
  onopen?: () => void;
  onclose?: (event: { code: number }) => void;
  onmessage?: (event: { data: string }) => void;
  asked: string[] = [];
  constructor() {
    super();
    Socket.made.push(this);
  }
  send(text: string) {
    this.asked.push(text);
  }
  open() {
    this.readyState = 1;
    this.onopen?.();
  }
  close(code = 1006) {
    this.readyState = 3;
    this.onclose?.({ code });
  }
  say(data: object) {
    this.onmessage?.({ data: JSON.stringify({ type: 'task_update', data }) });
  }
}

let frames: FrameRequestCallback[] = [];
beforeEach(() => {
  vi.useFakeTimers({ shouldAdvanceTime: true, toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
  forget();
  Socket.made = [];
  frames = [];
  vi.stubGlobal('WebSocket', Socket);
  vi.stubGlobal('requestAnimationFrame', (frame: FrameRequestCallback) => frames.push(frame));
  vi.stubGlobal('cancelAnimationFrame', () => undefined);
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

let drawn = 0;
const task = aTask();
function Page() {
  const connection = useLive();
  const { data } = useQuery({ queryKey: keys.task(task.task_id), queryFn: () => fetchTask(task.task_id), staleTime: Infinity });
  drawn++;
  return <p>{connection} {data?.processed}</p>;
}
const nextFrame = () => act(() => frames.splice(0).forEach((frame) => frame(0)));
const figures = { pending: 0, running: 1, completed: 0, failed: 0, cancelled: 0 };
const answers = { [`GET /tasks/${task.task_id}`]: { body: task }, 'GET /tasks/stats': { body: figures }, 'GET /auth/me': { body: { id: 1, username: 'admin', role: 'ADMIN' } } };

test('a hundred updates between two frames are drawn once, the newest of them', async () => {
  serve(answers);
  draw(<Page />);
  act(() => Socket.made[0]!.open());
  await screen.findByText('socket 450');
  drawn = 0;
  act(() => {
    for (let i = 1; i <= 100; i++) Socket.made[0]!.say({ ...task, processed: 450 + i, seq: 57 + i });
  });
  expect(frames.length).toBe(1);
  expect(drawn).toBe(0);
  nextFrame();
  await screen.findByText('socket 550');
  expect(drawn).toBe(1);
});

test('a state that comes late changes nothing', async () => {
  serve(answers);
  draw(<Page />);
  act(() => Socket.made[0]!.open());
  await screen.findByText('socket 450');
  act(() => Socket.made[0]!.say({ ...task, processed: 900, seq: 90 }));
  act(() => Socket.made[0]!.say({ ...task, processed: 500, seq: 60 }));
  nextFrame();
  await screen.findByText('socket 900');
});

test('it comes back by itself, with a pause that grows and is never the same for all', async () => {
  serve({ ...answers, 'GET /auth/me': 'away' });
  draw(<Page />);
  act(() => Socket.made[0]!.open());
  act(() => Socket.made[0]!.close());
  expect(Socket.made.length).toBe(1);
  await act(() => vi.advanceTimersByTimeAsync(500)); // at most half a second
  expect(Socket.made.length).toBe(2);
  act(() => Socket.made[1]!.close());
  await act(() => vi.advanceTimersByTimeAsync(490)); // at least half of a second
  expect(Socket.made.length).toBe(2);
  await act(() => vi.advanceTimersByTimeAsync(510));
  expect(Socket.made.length).toBe(3);
});

test('without a socket it asks every two seconds, and stops when there is one', async () => {
  const asked = serve(answers);
  draw(<Page />);
  act(() => Socket.made[0]!.close());
  await act(() => vi.advanceTimersByTimeAsync(2100));
  await screen.findByText('polling 450');
  act(() => Socket.made.at(-1)!.open());
  await screen.findByText('socket 450');
  const before = asked.filter(({ call }) => call === 'GET /auth/me').length;
  await act(() => vi.advanceTimersByTimeAsync(10_000));
  expect(asked.filter(({ call }) => call === 'GET /auth/me').length).toBe(before);
});

const seconds = (n: number) => act(() => vi.advanceTimersByTimeAsync(n * 1000));

test('a handshake that nobody answers is given up, and polling has begun before', async () => {
  serve(answers);
  draw(<Page />);
  await screen.findByText('connecting 450');
  await seconds(3);
  await screen.findByText('polling 450');
  expect(Socket.made[0]!.readyState).toBe(0);
  await seconds(8);
  expect(Socket.made[0]!.readyState).toBe(Socket.CLOSED);
  expect(Socket.made.length).toBe(2);
});

test('an open socket that says nothing is asked for a word, and is lost without one', async () => {
  serve(answers);
  draw(<Page />);
  const [first] = Socket.made;
  act(() => first!.open());
  await screen.findByText('socket 450');
  await seconds(17);
  expect(first!.asked).toEqual(['ping']);
  act(() => first!.onmessage?.({ data: 'pong' }));
  await seconds(17);
  expect(first!.asked).toEqual(['ping', 'ping']);
  expect(first!.readyState).toBe(Socket.OPEN);
  await seconds(6);
  expect(first!.readyState).toBe(Socket.CLOSED);
  await screen.findByText('polling 450');
});

test('one that is cut as soon as it is open is not asked for ever faster', async () => {
  serve(answers);
  draw(<Page />);
  for (let i = 0; i < 5; i++) {
    act(() => Socket.made.at(-1)!.open());
    act(() => Socket.made.at(-1)!.close());
    await seconds(0.5 * 2 ** i);
  }
  expect(Socket.made.length).toBe(6);
  act(() => Socket.made.at(-1)!.open());
  act(() => Socket.made.at(-1)!.close());
  await seconds(3); // of a pause that is 8 at least: on a slow machine time goes on by itself as well
  expect(Socket.made.length).toBe(6);
});

test.each<[string, Answer | 'never' | 'away']>([
  ['nobody answers', 'away'],
  ['an answer does not come', 'never'],
  ['a proxy says so', { status: 502, body: 'Bad Gateway' }],
])('the server is away: %s', async (_, answer) => {
  serve({ ...answers, 'GET /auth/me': answer });
  draw(<Page />);
  act(() => Socket.made[0]!.close());
  await seconds(13);
  await screen.findByText('offline 450');
});

test('what a task brought is asked for when it has ended, also where that is only polled', async () => {
  let completed = 0;
  const asked = serve({ ...answers, 'GET /tasks/stats': () => ({ body: { ...figures, completed } }), 'GET /contractors': { body: { contractors: [], total: 0 } } });
  const times = () => asked.filter(({ call }) => call === 'GET /contractors').length;
  function Data() {
    useLive();
    return <p>{useQuery({ queryKey: keys.of('contractors'), queryFn: () => fetch(new Request(`${location.origin}/api/v1/contractors`)).then(() => 'here'), staleTime: Infinity }).data}</p>;
  }
  draw(<Data />);
  await screen.findByText('here');
  act(() => Socket.made[0]!.close());
  await seconds(5);
  const before = times();
  await seconds(10);
  expect(times()).toBe(before);
  completed = 1;
  await seconds(3);
  expect(times()).toBe(before + 1);
  act(() => Socket.made.at(-1)!.open()); // and what was missed between the last question and now
  await seconds(1);
  expect(times()).toBe(before + 2);
});

test('a hidden tab asks for nothing', async () => {
  const asked = serve(answers);
  draw(<Page />);
  await screen.findByText('connecting 450');
  act(() => Socket.made[0]!.close());
  vi.spyOn(document, 'hidden', 'get').mockReturnValue(true);
  const before = asked.length;
  await act(() => vi.advanceTimersByTimeAsync(6000));
  expect(asked.length).toBe(before);
  vi.restoreAllMocks();
});

test('a socket that is closed because rights were changed has it asked who one is now', async () => {
  serve({ ...answers, 'GET /auth/me': { body: { id: 1, username: 'admin', role: 'USER' } } });
  function Role() {
    useLive();
    return <p>{useMe().data?.role}</p>;
  }
  draw(<Role />);
  act(() => Socket.made[0]!.open());
  await screen.findByText('ADMIN');
  act(() => Socket.made[0]!.close(1008));
  await screen.findByText('USER');
});
