import { tr } from '../app/preferences';
import type { Account, Card, Health, Json, Problem, RefusedRecord, Role, Task, TaskCounts, TaskEvent, TaskList, TaskType, Transaction, TransactionList, User } from './types';

/** An answer other than 2xx, or none at all (status 0). */
export class ApiError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail || problem.title);
  }
}

export const isNoAnswer = (error: unknown) => error instanceof ApiError && error.problem.status === 0;

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
    throw new ApiError({ status: 0, code: 'NETWORK', title: tr('Нет связи', 'No connection'), detail: tr('Сервер не отвечает. Проверьте соединение и повторите.', 'The server does not answer. Check the connection and try again.'), request_id: '' });
  }
  if (answer.ok) return answer.status === 204 ? (undefined as T) : ((await answer.json()) as T);
  const problem = (await answer.json().catch(() => null)) as Problem | null;
  throw new ApiError(
    problem ?? {
      status: answer.status, code: 'UNKNOWN', title: tr('Ошибка', 'Error'),
      detail: tr(`Сервер ответил ${answer.status}`, `The server answered ${answer.status}`),
      request_id: answer.headers.get('X-Request-ID') ?? '',
    },
  );
}

type Started = { task_id: string; message: string };
const id = encodeURIComponent;

export const api = {
  me: () => call<User>('GET', '/auth/me'),
  login: (username: string, password: string) => call<{ user: User }>('POST', '/auth/login', { username, password }),
  logout: () => call<void>('POST', '/auth/logout'),

  tasks: (query: string) => call<TaskList>('GET', `/tasks?${query}`),
  task: (task: string) => call<Task>('GET', `/tasks/${id(task)}`),
  taskLog: (task: string) => call<{ events: TaskEvent[]; total: number }>('GET', `/tasks/${id(task)}/log?limit=200`),
  refused: (task: string, limit: number, offset: number) =>
    call<{ errors: RefusedRecord[]; total: number }>('GET', `/tasks/${id(task)}/errors?limit=${limit}&offset=${offset}`),
  refusedCsv: (task: string) => `/api/v1/tasks/${id(task)}/errors?format=csv`,
  taskCounts: () => call<TaskCounts>('GET', '/tasks/stats'),
  taskTypes: () => call<{ task_types: TaskType[] }>('GET', '/task-types'),
  start: (task_type: string, params: Record<string, Json>) => call<Started>('POST', '/tasks', { task_type, params }),
  cancel: (task: string) => call<{ message: string }>('POST', `/tasks/${id(task)}/cancel`),
  retry: (task: string) => call<{ message: string }>('POST', `/tasks/${id(task)}/retry`),

  syncTransactions: (body: { date_from: string; date_to: string; auto_classify: boolean }) => call<Started>('POST', '/sync-1c/bank-transactions/sync-async', body),
  syncContractors: () => call<Started>('POST', '/sync-1c/contractors/sync-async', {}),
  testConnection: () => call<{ success: boolean; message: string }>('GET', '/sync-1c/test-connection'),

  transactions: (query: string) => call<TransactionList>('GET', `/bank-transactions?${query}`),
  transaction: (row: string) => call<Transaction>('GET', `/bank-transactions/${id(row)}`),
  contractors: (query: string) => call<{ contractors: Card[]; total: number }>('GET', `/contractors?${query}`),
  organizations: (query: string) => call<{ organizations: Card[]; total: number }>('GET', `/organizations?${query}`),

  health: () => call<Health>('GET', '/health/detailed'),
  users: (query: string) => call<{ users: Account[]; total: number }>('GET', `/users?${query}`),
  addUser: (body: { username: string; password: string; role: Role }) => call<Account>('POST', '/users', body),
  changeUser: (user: number, body: { role?: Role; is_active?: boolean; password?: string }) => call<Account>('PATCH', `/users/${user}`, body),
};
