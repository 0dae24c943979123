import { client, data } from '../../api/client';

export const authApi = {
  me: () => data(client.GET('/auth/me')),
  login: (username: string, password: string) => data(client.POST('/auth/login', { body: { username, password } })),
  logout: () => data(client.POST('/auth/logout')),
};
