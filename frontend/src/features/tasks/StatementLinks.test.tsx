import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { aTask, draw } from '../../test/draw';
import { linksOf, StatementLinks } from './StatementLinks';

test('what a sync has changed about statements is told, and where a person decides', () => {
  draw(<StatementLinks task={aTask({ result: { statements: { linked: 12, opened: 0, asked: 3 } } })} />);
  expect(screen.getByText(/учтены один раз: 12/)).toBeTruthy();
  expect(screen.queryByText(/нет пары/)).toBeNull();
  expect(screen.getByRole('link', { name: /один ли это платёж: 3/ }).getAttribute('href')).toBe('/reconciliation?tab=matches');
});

test('nothing is said where nothing has changed', () => {
  expect(linksOf(aTask({ result: { statements: { linked: 0, opened: 0, asked: 0 } } }))).toBeNull();
  expect(linksOf(aTask({ result: null }))).toBeNull();
});
