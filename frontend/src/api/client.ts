import type { Problem, Task, TransactionList, User } from './types';

/** An answer other than 2xx, or none at all (status 0). */
export class ApiError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail || problem.title);
  }
}

async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  let answer: Response;
  try {
    answer = await fetch('/api/v1' + path, {
      method,
      credentials: 'same-origin',
      headers: body === undefined ? {} : { 'Content-Type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new ApiError({ status: 0, code: 'NETWORK', title: 'Нет связи', detail: 'Сервер не отвечает. Проверьте соединение.', request_id: '' });
  }
  if (answer.ok) return answer.status === 204 ? (undefined as T) : ((await answer.json()) as T);
  const problem = (await answer.json().catch(() => null)) as Problem | null;
  throw new ApiError(
    problem ?? { status: answer.status, code: 'UNKNOWN', title: 'Ошибка', detail: `Сервер ответил ${answer.status}`, request_id: answer.headers.get('X-Request-ID') ?? '' },
  );
}

export const api = {
  me: () => call<User>('GET', '/auth/me'),
  login: (username: string, password: string) => call<{ user: User }>('POST', '/auth/login', { username, password }),
  logout: () => call<void>('POST', '/auth/logout'),
  tasks: () => call<{ tasks: Task[]; total: number }>('GET', '/tasks?limit=50'),
  task: (id: string) => call<Task>('GET', `/tasks/${id}`),
  cancel: (id: string) => call<{ message: string }>('POST', `/tasks/${id}/cancel`),
  retry: (id: string) => call<{ message: string }>('POST', `/tasks/${id}/retry`),
  syncTransactions: (body: { date_from: string; date_to: string; auto_classify: boolean }) =>
    call<{ task_id: string }>('POST', '/sync-1c/bank-transactions/sync-async', body),
  syncContractors: () => call<{ task_id: string }>('POST', '/sync-1c/contractors/sync-async', {}),
  testConnection: () => call<{ success: boolean; message: string }>('GET', '/sync-1c/test-connection'),
  transactions: (query: string) => call<TransactionList>('GET', `/bank-transactions?${query}`),
};
