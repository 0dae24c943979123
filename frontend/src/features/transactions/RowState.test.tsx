import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { draw } from '../../test/draw';
import { RowState } from './RowState';

test.each([
  [{ is_active: true, source: 'bank', status: 'NEW' }, 'новая'],
  [{ is_active: false, source: 'bank', status: 'NEW' }, 'учтена из 1С'],
  [{ is_active: false, source: '1c', status: 'APPROVED' }, 'нет в 1С'],
] as const)('%o is %s', (row, said) => {
  const { container } = draw(<RowState row={row} />);
  expect(screen.getByText(said)).toBeTruthy();
  expect(container.textContent).toBe(said);
});
