import { screen } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { draw } from '../test/draw';
import { ErrorBoundary } from './ErrorBoundary';

function Broken(): never {
  throw new Error('нет такого поля');
}

test('a fault of the page leaves words and a way out', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  draw(<ErrorBoundary><Broken /></ErrorBoundary>);
  expect(await screen.findByText('Страница споткнулась')).toBeTruthy();
  expect(screen.getByText(/нет такого поля/)).toBeTruthy();
  expect(screen.getByRole('button', { name: 'Обновить' })).toBeTruthy();
  vi.restoreAllMocks();
});
