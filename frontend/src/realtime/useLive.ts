import { notifyManager, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { isNoAnswer, type Query } from '../api/client';
import type { Task, TaskList, TaskStatus, User } from '../api/types';
import { authApi } from '../features/auth/api';
import { tasksApi } from '../features/tasks/api';
import { isEnded } from '../features/tasks/status';
import { keys } from './keys';
import { newest, refreshed } from './newest';
import { notice } from './notice';
import { keepSocket } from './socket';

type Message =
  | { type: 'task_update'; data: Task }
  | { type: 'task_list'; data: Task[] }
  | { type: 'task_removed'; data: { task_id: string } }
  | { type: 'error'; data: { code: string; detail: string } };

/** How the page hears of changes: not yet known; by WebSocket; by asking every 2 s where that can't be had; not at all. */
export type Connection = 'connecting' | 'socket' | 'polling' | 'offline';

const POLL_MS = 2000;
/** A server that takes longer to say who one is does not answer. */
const ANSWER_MS = 10_000;
/** Lists and counts are asked for again at most this often: an order or a count is the server's to know. */
const LISTS_MS = 500;

/** Asked-for states pass through here too, so that an answer which was slow never undoes a newer push. */
export const fetchTaskList = async (query: Query<'/tasks'>): Promise<TaskList> => {
  const list = await tasksApi.list(query);
  return { ...list, tasks: list.tasks.map(newest) };
};
export const fetchTask = async (id: string) => newest(await tasksApi.one(id));

/** What pushed states make stale: lists and counts; what tasks have imported. */
type Stale = { lists: boolean; data: boolean };

/** Puts pushed states where they are shown. */
function apply(queryClient: QueryClient, changes: Map<string, Task>, statuses: Map<string, TaskStatus>): Stale {
  const stale = { lists: false, data: false };
  const shown = new Map<string, Task>();
  for (const [, list] of queryClient.getQueriesData<TaskList>({ queryKey: keys.taskLists })) list?.tasks.forEach((t) => shown.set(t.task_id, t));
  for (const change of changes.values()) {
    const before = statuses.get(change.task_id) ?? shown.get(change.task_id)?.status;
    if (isEnded(change.status)) statuses.delete(change.task_id);
    else statuses.set(change.task_id, change.status);
    if (before !== change.status) {
      stale.lists = true;
      stale.data ||= isEnded(change.status);
      void queryClient.invalidateQueries({ queryKey: keys.log(change.task_id) });
    }
    queryClient.setQueryData<Task>(keys.task(change.task_id), (known) => (known && known.seq < change.seq ? change : known));
  }
  queryClient.setQueriesData<TaskList>({ queryKey: keys.taskLists }, (list) => list && refreshed(list, changes));
  return stale;
}

/** Feeds the cache of tasks for as long as the page stands. Changes of one frame are applied together; hidden tabs rest. */
export function useLive(): Connection {
  const queryClient = useQueryClient();
  const [connection, setConnection] = useState<Connection>('connecting');
  useEffect(() => {
    let over = false;
    let ended: number | null = null; // tasks, as last polled; null: not yet since there was no socket
    let frame = 0;
    let lists = 0;
    let waiting = new Map<string, Task>();
    const statuses = new Map<string, TaskStatus>(); // of tasks that have not ended, whether a list shows them or not
    let stale: Stale = { lists: false, data: false };
    const askAgain = () => {
      if (lists || !(stale.lists || stale.data)) return;
      if (stale.lists) {
        void queryClient.invalidateQueries({ queryKey: keys.taskLists });
        void queryClient.invalidateQueries({ queryKey: keys.counts });
      }
      if (stale.data) void queryClient.invalidateQueries({ queryKey: keys.data });
      stale = { lists: false, data: false };
      lists = window.setTimeout(() => {
        lists = 0;
        askAgain();
      }, LISTS_MS);
    };
    const flush = () => {
      frame = 0;
      const changes = waiting;
      waiting = new Map();
      const made = notifyManager.batch(() => apply(queryClient, changes, statuses)); // one drawing, however many tasks moved
      stale = { lists: stale.lists || made.lists, data: stale.data || made.data };
      askAgain();
    };

    const onText = (text: string) => {
      const message = JSON.parse(text) as Message;
      if (message.type === 'task_removed') {
        stale.lists = true;
        askAgain();
      }
      const states = message.type === 'task_update' ? [message.data] : message.type === 'task_list' ? message.data : [];
      const me = queryClient.getQueryData<User>(keys.me)?.id;
      for (const state of states) {
        notice(waiting.get(state.task_id) ?? queryClient.getQueryData<Task>(keys.task(state.task_id)), state, me);
        waiting.set(state.task_id, newest(state));
      }
      if (states.length > 0 && !frame) frame = requestAnimationFrame(flush);
    };
    const live = keepSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/api/v1/ws/tasks`, {
      onOpen: (again) => {
        setConnection('socket');
        ended = null;
        // What happened while there was no socket is in these answers.
        void queryClient.invalidateQueries({ queryKey: keys.tasks });
        if (again) void queryClient.invalidateQueries({ queryKey: keys.data });
      },
      onText,
      onLost: (code) => {
        setConnection((was) => (was === 'socket' ? 'connecting' : was));
        // Rights were changed, or the session is over: what is offered is asked for anew.
        if (code === 1008) void queryClient.invalidateQueries({ queryKey: keys.me });
      },
    });

    const inTime = () => {
      const control = new AbortController();
      window.setTimeout(() => control.abort(), ANSWER_MS);
      return control.signal;
    };
    const poll = async () => {
      if (live.isOpen() || document.hidden) return;
      const found = (what: Connection) => !over && !live.isOpen() && setConnection(what);
      try {
        // Also tells a dead session (401, handled for all calls alike) from a server that is away.
        await queryClient.fetchQuery({ queryKey: keys.me, queryFn: () => authApi.me(inTime()), retry: false, staleTime: 0 });
        found('polling');
        // A slow answer is waited for: asked anew each time, it would never come.
        await queryClient.invalidateQueries({ queryKey: keys.tasks }, { cancelRefetch: false });
        const { completed, failed, cancelled } = await queryClient.fetchQuery({ queryKey: keys.counts, queryFn: tasksApi.counts, staleTime: POLL_MS / 2 });
        if (over) return;
        if (ended !== completed + failed + cancelled) stale.data = true;
        ended = completed + failed + cancelled;
        askAgain();
      } catch (error) {
        found(isNoAnswer(error) ? 'offline' : 'polling');
      }
    };
    const polling = window.setInterval(() => void poll(), POLL_MS);
    const wake = () => {
      if (document.hidden) return;
      live.wake();
      void poll();
    };
    document.addEventListener('visibilitychange', wake);
    window.addEventListener('online', wake);
    return () => {
      over = true;
      document.removeEventListener('visibilitychange', wake);
      window.removeEventListener('online', wake);
      window.clearInterval(polling);
      window.clearTimeout(lists);
      cancelAnimationFrame(frame);
      live.end();
    };
  }, [queryClient]);
  return connection;
}
