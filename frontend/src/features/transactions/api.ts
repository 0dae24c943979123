import { client, data, type Query } from '../../api/client';

export const transactionsApi = {
  list: (query: Query<'/bank-transactions'>) => data(client.GET('/bank-transactions', { params: { query } })),
  one: (id: string) => data(client.GET('/bank-transactions/{id}', { params: { path: { id: Number(id) } } })),
};
