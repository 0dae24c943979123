import { client, data, type Query } from '../../api/client';

export const statementsApi = { reconcile: (query: Query<'/reconciliation'>) => data(client.GET('/reconciliation', { params: { query } })) };
