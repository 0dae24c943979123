import { client, data, prefix, type Query } from '../../api/client';
import type { TransactionStatus } from '../../api/schema';

/** What a person decides about a row; no import changes it. */
export type Decision = { category_id?: number | null; status?: TransactionStatus };

/** The list's conditions as parameters of a task. */
export function filterParams(filters: object): Record<string, unknown> {
  const { category_id, organization_id, ...rest } = filters as Record<string, string>;
  const idOf = (text: string) => (text === 'none' ? text : Number(text));
  return { ...rest, ...(category_id && { category_id: idOf(category_id) }), ...(organization_id && { organization_id: idOf(organization_id) }) };
}

export const transactionsApi = {
  list: (query: Query<'/bank-transactions'>) => data(client.GET('/bank-transactions', { params: { query } })),
  one: (id: string) => data(client.GET('/bank-transactions/{id}', { params: { path: { id: Number(id) } } })),
  change: (id: number, body: Decision & { notes?: string | null }) => data(client.PATCH('/bank-transactions/{id}', { params: { path: { id } }, body })),
  bulk: (ids: number[], body: Decision) => data(client.POST('/bank-transactions/bulk', { body: { ids, ...body } })),
  /** Of all rows that the filters choose, if there still are as many as the person was told. */
  bulkMatching: (filters: object, count: number, body: Decision) => data(client.POST('/bank-transactions/bulk', { params: { query: filters as never }, body: { count, ...body } })),
  /** A file that takes long to make, as a task. */
  exportAsTask: (filters: object, format: 'xlsx') => data(client.POST('/tasks', { body: { task_type: 'export_transactions', params: { format, ...filterParams(filters) } } as never })),
  history: (id: number, limit: number) => data(client.GET('/bank-transactions/{id}/history', { params: { path: { id }, query: { limit } } })),
  /** A file of the rows that these filters choose, in their order. */
  exportOf: (filters: object, format: 'csv' | 'xlsx' | 'jsonl') => `${prefix}/bank-transactions/export?${new URLSearchParams({ ...(filters as Record<string, string>), format })}`,
};
