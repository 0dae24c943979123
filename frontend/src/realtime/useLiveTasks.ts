import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api } from '../api/client';
import type { Task } from '../api/types';

export const tasksKey = ['tasks'] as const;
type TaskList = { tasks: Task[]; total: number };
type Message =
  | { type: 'task_update'; data: Task }
  | { type: 'task_list'; data: Task[] }
  | { type: 'task_removed'; data: { task_id: string } }
  | { type: 'error'; data: { code: string; detail: string } };

/** A newer state replaces an older one (by seq), a new task stands first. */
export function apply(list: TaskList | undefined, changes: Task[]): TaskList {
  const tasks = [...(list?.tasks ?? [])];
  let total = list?.total ?? 0;
  for (const change of changes) {
    const at = tasks.findIndex((t) => t.task_id === change.task_id);
    if (at < 0) {
      tasks.unshift(change);
      total++;
    } else if (tasks[at]!.seq < change.seq) tasks[at] = change;
  }
  tasks.sort((a, b) => b.created_at.localeCompare(a.created_at));
  return { tasks, total };
}

const POLL_MS = 2000;

/**
 * Feeds the query cache of tasks: by WebSocket, by polling while there is none. Changes of one frame are
 * applied together. Returns whether the socket is open.
 */
export function useLiveTasks(): boolean {
  const queryClient = useQueryClient();
  const [connected, setConnected] = useState(false);
  useEffect(() => {
    let socket: WebSocket | null = null;
    let attempt = 0;
    let ended = false;
    let retry = 0;
    let frame = 0;
    let waiting: Task[] = [];

    const flush = () => {
      frame = 0;
      const changes = waiting;
      waiting = [];
      queryClient.setQueryData<TaskList>(tasksKey, (list) => apply(list, changes));
    };
    const poll = window.setInterval(() => {
      if (socket?.readyState !== WebSocket.OPEN && !document.hidden) void queryClient.invalidateQueries({ queryKey: tasksKey });
    }, POLL_MS);

    const connect = () => {
      socket = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/api/v1/ws/tasks`);
      socket.onopen = () => {
        attempt = 0;
        setConnected(true);
        // What happened while there was no socket is in this snapshot.
        void queryClient.invalidateQueries({ queryKey: tasksKey });
      };
      socket.onmessage = (event: MessageEvent<string>) => {
        const message = JSON.parse(event.data) as Message;
        if (message.type === 'task_update') {
          waiting.push(message.data);
          if (!frame) frame = requestAnimationFrame(flush);
        } else if (message.type === 'task_removed') void queryClient.invalidateQueries({ queryKey: tasksKey });
      };
      socket.onclose = () => {
        setConnected(false);
        if (ended) return;
        const pause = Math.min(30_000, 500 * 2 ** attempt++);
        retry = window.setTimeout(connect, pause / 2 + Math.random() * (pause / 2));
      };
    };
    connect();
    return () => {
      ended = true;
      window.clearInterval(poll);
      window.clearTimeout(retry);
      cancelAnimationFrame(frame);
      socket?.close();
    };
  }, [queryClient]);
  return connected;
}

/** The first snapshot comes from REST, the rest by the socket; a snapshot never overwrites newer states. */
export async function fetchTasks(previous: TaskList | undefined): Promise<TaskList> {
  const fresh = await api.tasks();
  const known = new Map((previous?.tasks ?? []).map((t) => [t.task_id, t]));
  return { total: fresh.total, tasks: fresh.tasks.map((t) => ((known.get(t.task_id)?.seq ?? 0) > t.seq ? known.get(t.task_id)! : t)) };
}
