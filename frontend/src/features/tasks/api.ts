import type { RefusedRecord } from '../../api/types';
import { client, data, prefix, type Query } from '../../api/client';

const one = (id: string) => ({ params: { path: { id } } });

export const tasksApi = {
  list: (query: Query<'/tasks'>) => data(client.GET('/tasks', { params: { query } })),
  one: (id: string) => data(client.GET('/tasks/{id}', one(id))),
  log: (id: string) => data(client.GET('/tasks/{id}/log', { params: { path: { id }, query: { limit: 500 } } })),
  refused: (id: string, limit: number, offset: number) =>
    data(client.GET('/tasks/{id}/errors', { params: { path: { id }, query: { limit, offset } } }) as Promise<{ data?: { errors: RefusedRecord[]; total: number } }>),
  refusedCsv: (id: string) => `${prefix}/tasks/${encodeURIComponent(id)}/errors?format=csv`,
  artifact: (id: string) => `${prefix}/tasks/${encodeURIComponent(id)}/artifact`,
  counts: () => data(client.GET('/tasks/stats')),
  types: () => data(client.GET('/task-types')),
  start: (task_type: string, params: Record<string, unknown>) => data(client.POST('/tasks', { body: { task_type, params } as never })),
  cleanUp: (max_age_hours: number) => data(client.POST('/tasks/cleanup', { params: { query: { max_age_hours } } })),
  cancel: (id: string) => data(client.POST('/tasks/{id}/cancel', one(id))),
  changes: (id: string, query: Query<'/tasks/{id}/changes'>) => data(client.GET('/tasks/{id}/changes', { params: { path: { id }, query } })),
  apply: (id: string) => data(client.POST('/tasks/{id}/apply', one(id))),
  retry: (id: string) => data(client.POST('/tasks/{id}/retry', one(id))),
};
