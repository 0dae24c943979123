import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render } from '@testing-library/react';
import { App } from 'antd';
import type { ReactNode } from 'react';
import { MemoryRouter } from 'react-router-dom';
import { vi } from 'vitest';
import type { Task, User } from '../api/types';
import { keys } from '../realtime/keys';

export const admin: User = { id: 1, username: 'admin', role: 'ADMIN' };
export const clerk: User = { id: 2, username: 'clerk', role: 'USER' };

export const aTask = (more: Partial<Task> = {}): Task => ({
  task_id: '01a2269a-1adb-7e4d-a907-c3a32273c9bb', task_type: 'sync_bank_transactions', name: 'Банковские операции из 1С', status: 'running', progress: 45, total: 1000, processed: 450,
  message: 'Обработано 450 из 1000', result: null, error: null, error_code: null, created_at: '2026-11-29T09:00:00Z', started_at: '2026-11-29T09:00:01Z', completed_at: null,
  metadata: { date_from: '2026-01-01', date_to: '2026-11-29', auto_classify: true, user_id: 1 }, priority: 'normal', retry_count: 0, max_retries: 3, timeout: 3600, run_at: null, cancel_requested: false,
  user_id: 1, node: 'host-1', attempt: 1, phase: 'import', wait_reason: null, timing: null,
  stats: { fetched: 450, created: 440, updated: 3, unchanged: 2, skipped: 1, failed: 4, deactivated: 0 }, rate: 812.5, eta_seconds: 61, seq: 57, ...more,
});

export type Answer = { status?: number; body?: unknown };

/** A server of a few answers by "METHOD path"; anything else is 404. What it was asked is in `asked`. */
export function serve(answers: Record<string, Answer | ((body: unknown) => Answer) | 'never' | 'away'>) {
  const asked: { call: string; query: string; body: unknown }[] = [];
  vi.stubGlobal('fetch', async (request: Request) => {
    const url = new URL(request.url);
    const call = `${request.method} ${url.pathname.replace('/api/v1', '')}`;
    const text = await request.text();
    const body: unknown = text && request.headers.get('Content-Type')?.includes('json') ? JSON.parse(text) : text;
    asked.push({ call, query: url.search, body });
    const found = answers[call] ?? { status: 404, body: { type: 'about:blank', title: 'Not found', status: 404, detail: 'Такого адреса нет', code: 'NOT_FOUND', request_id: 'r-404' } };
    if (found === 'never') return new Promise<Response>((_, reject) => request.signal.addEventListener('abort', () => reject(new DOMException('', 'AbortError'))));
    if (found === 'away') throw new TypeError('Failed to fetch');
    const { status = 200, body: said } = typeof found === 'function' ? found(body) : found;
    return new Response(status === 204 ? null : JSON.stringify(said), { status, headers: { 'Content-Type': status < 400 ? 'application/json' : 'application/problem+json' } });
  });
  return asked;
}

export const refusal = (status: number, code: string, detail: string, errors?: { field: string; message: string }[]): Answer => ({ status, body: { type: 'about:blank', title: code, status, detail, code, request_id: `r-${status}`, errors } });

/** Draws a view as the page would, for this person. */
export function draw(view: ReactNode, { user = admin, at = '/' }: { user?: User; at?: string } = {}) {
  const queryClient = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  queryClient.setQueryData(keys.me, user);
  localStorage.setItem('obmen.signed-in', '1');
  return { queryClient, ...render(
    <QueryClientProvider client={queryClient}>
      <App>
        <MemoryRouter initialEntries={[at]} future={{ v7_startTransition: true, v7_relativeSplatPath: true }}>{view}</MemoryRouter>
      </App>
    </QueryClientProvider>,
  ) };
}
