import { ApiError, client, data } from '../../api/client';
import { tr } from '../../app/preferences';

const KEY = 'obmen.signed-in';

/** The cookie cannot be seen from here. Whether there may be one is remembered, so that a newcomer's first question is not a refused one. */
function remember(signedIn: boolean) {
  try {
    if (signedIn) localStorage.setItem(KEY, '1');
    else localStorage.removeItem(KEY);
  } catch {
    // Storage is forbidden: the server is asked each time.
  }
}

function nobody() {
  try {
    return localStorage.getItem(KEY) === null;
  } catch {
    return false;
  }
}

export const authApi = {
  me: async (signal?: AbortSignal) => {
    const title = tr('Вход не выполнен', 'Not signed in');
    if (nobody()) throw new ApiError({ status: 401, code: 'AUTHENTICATION_ERROR', title, detail: title, request_id: '' });
    try {
      return await data(client.GET('/auth/me', { signal }));
    } catch (error) {
      if (error instanceof ApiError && error.problem.status === 401) remember(false);
      throw error;
    }
  },
  login: async (username: string, password: string) => {
    const answer = await data(client.POST('/auth/login', { body: { username, password } }));
    remember(true);
    return answer;
  },
  logout: async () => {
    await data(client.POST('/auth/logout'));
    remember(false);
  },
};
