import { client, data, type Query } from '../../api/client';

export const directoryApi = {
  contractors: (query: Query<'/contractors'>) => data(client.GET('/contractors', { params: { query } })),
  organizations: (query: Query<'/organizations'>) => data(client.GET('/organizations', { params: { query } })),
};
