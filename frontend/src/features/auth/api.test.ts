import { expect, test, vi } from 'vitest';
import { admin, refusal, serve } from '../../test/draw';
import { authApi } from './api';

test('nobody is asked for where nobody has signed in; after the sign-in it is, until the server says no', async () => {
  let known = true;
  const asked = serve({
    'POST /auth/login': { body: { access_token: 'x' } },
    'GET /auth/me': () => (known ? { body: admin } : refusal(401, 'AUTHENTICATION_ERROR', 'Сеанс закончился')),
  });
  await expect(authApi.me()).rejects.toMatchObject({ problem: { status: 401 } });
  expect(asked).toEqual([]);
  await authApi.login('admin', 'secret');
  expect(await authApi.me()).toEqual(admin);
  known = false;
  await expect(authApi.me()).rejects.toMatchObject({ problem: { status: 401 } });
  await expect(authApi.me()).rejects.toMatchObject({ problem: { status: 401 } });
  expect(asked.map(({ call }) => call)).toEqual(['POST /auth/login', 'GET /auth/me', 'GET /auth/me']);
});

test('where storage is forbidden the server is asked', async () => {
  const asked = serve({ 'GET /auth/me': { body: admin } });
  vi.stubGlobal('localStorage', { getItem: () => { throw new Error('forbidden'); }, clear: () => undefined });
  expect(await authApi.me()).toEqual(admin);
  expect(asked).toHaveLength(1);
});
