import { screen, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { draw, serve } from '../../test/draw';
import SummaryPage from './SummaryPage';

const none = { credit: '0.00', debit: '0.00', count: 0 };
const group = (key: string | null, title: string, credit: string, count: number, transfers = none) => ({ key, title, credit, debit: '0.00', balance: credit, count, transfers });

test('transfers between own accounts stand apart from receipts and payments; what was left out is told', async () => {
  serve({ 'GET /summary': { body: { total: 2, left_out: 3, groups: [group('3', 'Продажи', '100.00', 4), group('28', 'Переводы', '0.00', 0, { credit: '70.00', debit: '60.00', count: 2 }), group('29', 'Депозиты', '0.00', 0, { credit: '0.00', debit: '5.00', count: 1 })] } } });
  draw(<SummaryPage />, { at: '/summary?group_by=category' });
  const table = await screen.findByRole('table');
  expect(within(table).getByText('Продажи')).toBeTruthy();
  expect(within(table).queryByText('Переводы')).toBeNull();
  const apart = screen.getByRole('region', { name: 'Переводы между своими счетами' });
  expect(apart.textContent).toContain('Переводы · 2+70,00−60,00Депозиты · 1−5,00'); // nothing came in, and no "+0,00"
  expect(within(apart).queryByText('Продажи')).toBeNull();
  expect(screen.getByText(/Отмечено «не учитывать»/).textContent).toMatch(/3$/);
});

test('nothing is said of what there is not', async () => {
  serve({ 'GET /summary': { body: { total: 1, left_out: 0, groups: [group('3', 'Продажи', '100.00', 4)] } } });
  draw(<SummaryPage />, { at: '/summary?group_by=category' });
  await screen.findByText('Продажи');
  expect(screen.queryByText(/Переводы между/)).toBeNull();
  expect(screen.queryByText(/Отмечено/)).toBeNull();
});

test('rows without a category, or an organization, have the title of the page, whatever language the server has', async () => {
  serve({ 'GET /summary': { body: { total: 1, left_out: 0, groups: [group(null, 'Without', '100.00', 4)] } } });
  const { unmount } = draw(<SummaryPage />, { at: '/summary?group_by=category' });
  await screen.findByText('Без категории');
  unmount();
  draw(<SummaryPage />, { at: '/summary?group_by=organization' });
  await screen.findByText('Без организации');
});
