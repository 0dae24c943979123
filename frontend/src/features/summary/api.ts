import { client, data, type Query } from '../../api/client';

export const summaryApi = { groups: (query: Query<'/summary'>) => data(client.GET('/summary', { params: { query } })) };
