import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { aTask, draw } from '../../test/draw';
import { Gone } from './Gone';

const stats = { ...aTask().stats, deactivated: 40 };

test('documents and cards that are gone from 1C are named, and how many are not shown', () => {
  draw(<Gone task={aTask({ stats, result: {
    deactivated_total: 37,
    deactivated: [{ id: 7, external_id: 'x', transaction_date: '2026-03-05T00:00:00', document_number: '000123', amount: '1500.50', transaction_type: 'DEBIT' }],
    deactivated_cards: [{ resource: 'contractors', id: 9, external_id: 'y', name: 'ООО «Ромашка»' }, { resource: 'categories', id: 4, external_id: 'z', name: 'Аренда' }],
  } })} />);
  expect(screen.getByRole('link', { name: /000123 от 05.03.2026/ }).getAttribute('href')).toBe('/transactions?open=7');
  expect(screen.getByText(/списание 1\s500,50/)).toBeTruthy();
  expect(screen.getByRole('link', { name: 'ООО «Ромашка»' }).getAttribute('href')).toMatch(/^\/contractors\?q=.*&open=9$/);
  expect(screen.getByText(/статья Аренда/)).toBeTruthy();
  expect(screen.getByText(/первые 3 из 40/)).toBeTruthy();
  expect(screen.getByRole('link', { name: 'Все эти документы (37)' }).getAttribute('href')).toBe(`/transactions?changed_task_id=${aTask().task_id}&is_active=false`);
});

test('nothing is said where nothing is gone', () => {
  const { container } = draw(<Gone task={aTask({ result: { pages: 3 } })} />);
  expect(container.textContent).toBe('');
});
