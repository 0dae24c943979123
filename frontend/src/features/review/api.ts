import { client, data } from '../../api/client';
import type { TransactionStatus } from '../../api/schema';

/** Rows asked for at once; more when most of them are decided. */
export const HANDFUL = 100;

export type Decision = { category_id?: number | null; status: TransactionStatus };

export const reviewApi = {
  waiting: () => data(client.GET('/bank-transactions', { params: { query: { status: 'NEEDS_REVIEW', limit: HANDFUL } } })),
  decide: (id: number, body: Decision) => data(client.PATCH('/bank-transactions/{id}', { params: { path: { id } }, body })),
};
