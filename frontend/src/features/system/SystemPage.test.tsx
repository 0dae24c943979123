import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { admin, draw, refusal, serve } from '../../test/draw';
import SystemPage from './SystemPage';

const fine = { status: 'healthy', latency_ms: 1, last_error: null };
const health = {
  status: 'unhealthy', version: '0.1.0', uptime_seconds: 61, node: 'one', draining: true,
  components: {
    database: { ...fine, status: 'unhealthy', latency_ms: 5000, error: 'PostgreSQL не отвечает', error_code: 'DATABASE_ERROR', pool: { size: 10, in_use: 10, idle: 0, overflow: 20, waiting: 3 } },
    cache: { ...fine, status: 'degraded', kind: 'redis', last_error: 'Redis отказал', last_error_at: '2026-11-29T09:00:00Z' },
    onec: fine, queue: fine, loop: fine,
  },
  nodes: [
    { node: 'one', this: true, connected: true, running: 3, lease_expired: false },
    { node: 'two', this: false, connected: false, running: 0, lease_expired: false },
    { node: 'three', this: false, connected: false, running: 2, lease_expired: true },
  ],
};

test('what is wrong is said where it is: components, a server that ends, nodes that are lost', async () => {
  serve({ 'GET /health/detailed': { body: health } });
  draw(<SystemPage user={admin} />);
  expect(await screen.findByText('PostgreSQL не отвечает')).toBeTruthy();
  expect(screen.getByText('ждут соединения')).toBeTruthy();
  expect(screen.getByText('с трудностями')).toBeTruthy();
  expect(screen.getByText('Redis отказал')).toBeTruthy();
  expect(screen.getByText('останавливается')).toBeTruthy();
  expect(screen.getByText('не на связи')).toBeTruthy();
  expect(screen.getByText('пропал, задачи переходят другим')).toBeTruthy();
});

test('health that cannot be asked for says so, with the request', async () => {
  serve({ 'GET /health/detailed': refusal(503, 'SERVICE_UNAVAILABLE', 'Сервер останавливается') });
  draw(<SystemPage user={admin} />);
  expect(await screen.findByText('Сервер останавливается')).toBeTruthy();
  expect(screen.getByText(/r-503/)).toBeTruthy();
});
