import { client, data, type Query } from '../../api/client';

export type Decision = 'same' | 'different';

export const statementsApi = {
  reconcile: (query: Query<'/reconciliation'>) => data(client.GET('/reconciliation', { params: { query } })),
  matches: (query: Query<'/bank-statements/matches'>) => data(client.GET('/bank-statements/matches', { params: { query } })),
  decide: (id: number, transaction_id: number, decision: Decision) =>
    data(client.POST('/bank-statements/matches/{id}', { params: { path: { id } }, body: { transaction_id, decision } })),
};
