import { fireEvent, screen, waitFor } from '@testing-library/react';
import { expect, test } from 'vitest';
import { draw, serve } from '../../test/draw';
import { BulkBar } from './BulkBar';

async function approve(answer: object) {
  const asked = serve({ 'GET /categories': { body: { categories: [] } }, 'POST /bank-transactions/bulk': { body: answer } });
  draw(<BulkBar chosen={[1, 2, 3]} matching={{ total: 3, filters: {} }} onDone={() => undefined} />);
  fireEvent.mouseDown(screen.getByRole('combobox', { name: 'Поставить состояние отмеченным' }));
  fireEvent.click(await screen.findByText('проверена'));
  await waitFor(() => expect(asked.find(({ call }) => call.startsWith('POST'))?.body).toEqual({ ids: [1, 2, 3], status: 'APPROVED' }));
}

test('rows that could not be approved are told of', async () => {
  await approve({ updated: 1, without_category: 2 });
  expect(await screen.findByText(/^Изменено: 1\. Осталось как было: 2 — у них нет категории/)).toBeTruthy();
});

test('nothing is told of when all were', async () => {
  await approve({ updated: 3 });
  expect(await screen.findByText('Изменено: 3')).toBeTruthy();
});
