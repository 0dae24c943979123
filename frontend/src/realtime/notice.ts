import { tr } from '../app/preferences';
import type { Task } from '../api/types';
import { isEnded, statusTitle } from '../features/tasks/status';

const LONG_MS = 10_000;

export const canAskForNotices = () => 'Notification' in window && Notification.permission === 'default';
export const askForNotices = () => Notification.requestPermission();

/** A long task of this person that has ended while the page was not looked at is told by the system, when they allowed it. */
export function notice(before: Task | undefined, now: Task, me: number | undefined) {
  if (!document.hidden || !isEnded(now.status) || (before && isEnded(before.status)) || now.user_id !== me) return;
  if (!('Notification' in window) || Notification.permission !== 'granted') return;
  const took = Date.parse(now.completed_at ?? '') - Date.parse(now.started_at ?? '');
  if (!(took >= LONG_MS)) return;
  const shown = new Notification(`${now.name}: ${statusTitle(now.status)}`, { body: now.error ?? now.message ?? tr('Задача закончилась', 'The task has ended'), tag: now.task_id, icon: '/icon.svg' });
  shown.onclick = () => {
    window.focus();
    shown.close();
  };
}
