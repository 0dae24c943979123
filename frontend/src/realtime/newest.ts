import type { Task } from '../api/types';

const KEPT = 1000;
const states = new Map<string, Task>();

/** Keeps the state when it is newer (by seq) than the one known; returns the newest. Oldest entries go first. */
export function newest(state: Task): Task {
  const known = states.get(state.task_id);
  if (known && known.seq >= state.seq) return known;
  states.delete(state.task_id);
  states.set(state.task_id, state);
  if (states.size > KEPT) states.delete(states.keys().next().value!);
  return state;
}

export const forget = () => states.clear();

/** The list with newer states in place of older ones; the same list when nothing changed. */
export function refreshed<L extends { tasks: Task[] }>(list: L, changes: Map<string, Task>): L {
  let changed = false;
  const tasks = list.tasks.map((task) => {
    const change = changes.get(task.task_id);
    if (!change || change.seq <= task.seq) return task;
    changed = true;
    return change;
  });
  return changed ? { ...list, tasks } : list;
}
