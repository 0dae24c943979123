import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { admin, aTask, draw, serve } from '../../test/draw';
import { DryRun } from './DryRun';

test('a balance that would be new is told with its values, one that would change with the old ones too', async () => {
  const part = { count: 0, credit: '0.00', debit: '0.00' };
  const row = { resource: 'statement_balances', id: null, title: '407', transaction_date: '2025-03-01T00:00:00', transaction_type: null, amount: null };
  const task = aTask({ status: 'completed', task_type: 'import_bank_statement', result: { dry_run: { created: part, updated: part, deactivated: part } } });
  serve({ [`GET /tasks/${task.task_id}/changes`]: { body: { total: 2, changes: [
    { ...row, action: 'create', external_id: 'a', changes: [{ field: 'closing', old: null, new: '150.00' }] },
    { ...row, action: 'update', external_id: 'b', changes: [{ field: 'opening', old: '1.00', new: '2.00' }] },
  ] } } });
  draw(<DryRun task={task} user={admin} onStarted={() => {}} />);
  expect((await screen.findByText(/На конец/)).textContent).toBe('На конец: 150,00');
  expect(screen.getByText(/На начало/).textContent).toBe('На начало: 1,00 → 2,00');
});
