/** Names of what the cache holds. Everything under `tasks` is kept true by the live connection. */
export const keys = {
  me: ['me'] as const,
  tasks: ['tasks'] as const,
  taskLists: ['tasks', 'list'] as const,
  taskList: (query: object) => ['tasks', 'list', query] as const,
  counts: ['tasks', 'counts'] as const,
  task: (id: string) => ['tasks', 'one', id] as const,
  log: (id: string) => ['tasks', 'log', id] as const,
  refused: (id: string, page: number) => ['tasks', 'refused', id, page] as const,
  types: ['task-types'] as const,
  /** What tasks change, whatever it is: asked for again when one ends. Each feature hangs its own below: [...keys.data, 'rules', …]. */
  data: ['data'] as const,
  of: (...what: unknown[]) => ['data', ...what] as const,
};
