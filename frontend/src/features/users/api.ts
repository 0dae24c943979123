import { client, data, type Query } from '../../api/client';
import type { Role } from '../../api/types';

export const usersApi = {
  list: (query: Query<'/users'>) => data(client.GET('/users', { params: { query } })),
  add: (body: { username: string; password: string; role: Role }) => data(client.POST('/users', { body })),
  change: (id: number, body: { role?: Role; is_active?: boolean; password?: string }) => data(client.PATCH('/users/{id}', { params: { path: { id } }, body })),
};
