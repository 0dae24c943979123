import { client, data } from '../../api/client';
import type { TransactionStatus } from '../../api/schema';
import type { Transaction } from '../../api/types';

/** Rows asked for at once; more when most of them are decided. */
export const HANDFUL = 100;

export type Decision = { category_id?: number | null; status: TransactionStatus };

/** The category that accepting a row means: what is suggested, else what it has already. */
export const meantBy = (row: Pick<Transaction, 'suggested_category_id' | 'category_id'>) => row.suggested_category_id ?? row.category_id;

/** Waiting rows of the same counterparty and direction that mean the same category in the same way; null: nothing to be alike by. */
export function alikeFilter(row: Transaction) {
  if (!row.counterparty_inn || meantBy(row) === null) return null;
  const category = row.suggested_category_id !== null ? { suggested_category_id: row.suggested_category_id } : { category_id: String(row.category_id) };
  return { status: 'NEEDS_REVIEW' as const, counterparty_inn: row.counterparty_inn, transaction_type: row.transaction_type, ...category };
}
type Alike = NonNullable<ReturnType<typeof alikeFilter>>;

export const reviewApi = {
  waiting: () => data(client.GET('/bank-transactions', { params: { query: { status: 'NEEDS_REVIEW', limit: HANDFUL } } })),
  decide: (id: number, body: Decision) => data(client.PATCH('/bank-transactions/{id}', { params: { path: { id } }, body })),
  alike: (query: Alike) => data(client.GET('/bank-transactions', { params: { query: { ...query, limit: 1 } } })),
  /** Refused when they are not as many any more as the person was told. */
  acceptAlike: (query: Alike, category_id: number, count: number) => data(client.POST('/bank-transactions/bulk', { params: { query }, body: { count, category_id, status: 'APPROVED' } })),
};
