import { client, data } from '../../api/client';
import type { TransactionStatus } from '../../api/schema';
import type { Transaction } from '../../api/types';

/** Rows asked for at once; more when most of them are decided. */
export const HANDFUL = 100;

export type Decision = { category_id?: number | null; status: TransactionStatus };

/** Waiting rows of the same counterparty and direction for which the same category is suggested; null: nothing to be alike by. */
export const alikeFilter = (row: Transaction) =>
  row.counterparty_inn && row.suggested_category_id !== null
    ? { status: 'NEEDS_REVIEW' as const, counterparty_inn: row.counterparty_inn, transaction_type: row.transaction_type, suggested_category_id: row.suggested_category_id }
    : null;
type Alike = NonNullable<ReturnType<typeof alikeFilter>>;

export const reviewApi = {
  waiting: () => data(client.GET('/bank-transactions', { params: { query: { status: 'NEEDS_REVIEW', limit: HANDFUL } } })),
  decide: (id: number, body: Decision) => data(client.PATCH('/bank-transactions/{id}', { params: { path: { id } }, body })),
  alike: (query: Alike) => data(client.GET('/bank-transactions', { params: { query: { ...query, limit: 1 } } })),
  /** Refused when they are not as many any more as the person was told. */
  acceptAlike: (query: Alike, count: number) => data(client.POST('/bank-transactions/bulk', { params: { query }, body: { count, category_id: query.suggested_category_id, status: 'APPROVED' } })),
};
