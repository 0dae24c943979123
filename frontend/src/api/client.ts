import createClient from 'openapi-fetch';
import { tr } from '../app/preferences';
import { sentence } from './fields';
import type { paths, Problem as ApiProblem } from './schema';

/** As the server says it (problem+json), or of the page's own making: no answer at all (status 0), an answer that is no JSON. */
export type Problem = Omit<ApiProblem, 'code' | 'type'> & { code: string };

/** An answer other than 2xx, or none at all (status 0), also when it is a proxy that says so. */
export class ApiError extends Error {
  constructor(readonly problem: Problem) {
    super(sentence(problem));
  }
}

export const isNoAnswer = (error: unknown) => error instanceof ApiError && error.problem.status === 0;

export async function problemOf(answer: Response): Promise<Problem> {
  const said = (await answer.clone().json().catch(() => null)) as Problem | null;
  if (typeof said?.detail === 'string') return said;
  if ([502, 503, 504].includes(answer.status)) return noAnswer(); // the server itself says more
  return {
    status: answer.status, code: 'UNKNOWN', title: tr('Ошибка', 'Error'),
    detail: tr(`Сервер ответил ${answer.status}`, `The server answered ${answer.status}`),
    request_id: answer.headers.get('X-Request-ID') ?? '',
  };
}

export const noAnswer = (): Problem => ({
  status: 0, code: 'NETWORK', title: tr('Нет связи', 'No connection'), request_id: '',
  detail: tr('Сервер не отвечает. Проверьте соединение и повторите.', 'The server does not answer. Check the connection and try again.'),
});

export const prefix = '/api/v1';

/** Typed by docs/openapi.yaml (schema.ts is generated: npm run api). Refusals are thrown as ApiError. */
// The base is absolute because tests have no page to be relative to; fetch is looked up at each call so that they can replace it.
export const client = createClient<paths>({ baseUrl: location.origin + prefix, credentials: 'same-origin', fetch: (request) => fetch(request) });
client.use({
  async onResponse({ response }) {
    if (!response.ok) throw new ApiError(await problemOf(response));
  },
  onError: () => new ApiError(noAnswer()),
});

/** What was answered, without its envelope. */
export async function data<T>(call: Promise<{ data?: T }>): Promise<T> {
  return (await call).data as T;
}

/** The query parameters of a GET. */
export type Query<P extends keyof paths> = paths[P] extends { get: { parameters: { query?: infer Q } } } ? NonNullable<Q> : never;
