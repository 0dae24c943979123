import { fireEvent, screen } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { draw, refusal, serve } from '../../test/draw';
import SyncModal from './SyncModal';

const type = (name: string) => ({ name, title: name, user: false, params_schema: {}, phases: [] });
const types = (...names: string[]) => ({ body: { task_types: names.map(type) } });
const nothing = () => undefined;

test('tabs are those that the server can do', async () => {
  serve({ 'GET /task-types': types('sync_bank_transactions', 'sync_contractors', 'sync_organizations', 'sync_full') });
  draw(<SyncModal visible onClose={nothing} onSyncComplete={nothing} />);
  await screen.findByRole('tab', { name: 'Полная' });
  expect(screen.getAllByRole('tab').map((tab) => tab.textContent)).toEqual(['Транзакции', 'Контрагенты', 'Организации', 'Полная']);
});

test('a refusal keeps what was chosen, and names the wrong field', async () => {
  serve({ 'GET /task-types': types(), 'POST /sync-1c/bank-transactions/sync-async': refusal(503, 'SERVICE_UNAVAILABLE', 'Очередь полна: повторите позже') });
  const started = vi.fn();
  draw(<SyncModal visible onClose={nothing} onSyncComplete={started} />);
  fireEvent.click(await screen.findByRole('button', { name: 'Год' }));
  fireEvent.click(screen.getByRole('switch'));
  const chosen = (screen.getByLabelText('С') as HTMLInputElement).value;
  fireEvent.click(screen.getByRole('button', { name: 'Загрузить' }));
  expect(await screen.findByText('Очередь полна: повторите позже')).toBeTruthy();
  expect((screen.getByLabelText('С') as HTMLInputElement).value).toBe(chosen);
  expect(screen.getByRole('switch').getAttribute('aria-checked')).toBe('false');
  expect(started).not.toHaveBeenCalled();
});

test('1C that does not answer is told in its words', async () => {
  serve({ 'GET /task-types': types(), 'GET /sync-1c/test-connection': { body: { success: false, message: '1С не отвечает: проверьте адрес', details: { url: null, username: null, profile: null, entities: {} } } } });
  draw(<SyncModal visible onClose={nothing} onSyncComplete={nothing} />);
  fireEvent.click(await screen.findByRole('button', { name: 'Проверить соединение с 1С' }));
  expect(await screen.findByText('1С не отвечает: проверьте адрес')).toBeTruthy();
});
