import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { aTask, draw, serve } from '../../test/draw';
import { RefusedRecords } from './RefusedRecords';

test.each([['sync_bank_transactions', 'Ключ в 1С'], ['import_bank_statement', 'Файл и строка'], ['parse_comments', 'Ключ']])('a record of %s is told by its %s', async (task_type, title) => {
  const task = aTask({ task_type });
  serve({ [`GET /tasks/${task.task_id}/errors`]: { body: { errors: [{ ordinal: 3, external_id: '1:17', stage: 'read', code: 'VALIDATION_ERROR', message: 'Нет суммы', record: 'Сумма=' }], total: 1 } } });
  draw(<RefusedRecords task={task} />);
  await screen.findByText('1:17');
  expect(screen.getAllByRole('columnheader').map((cell) => cell.textContent)).toContain(title);
});
