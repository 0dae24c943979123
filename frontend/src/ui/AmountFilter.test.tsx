import { fireEvent, render, screen } from '@testing-library/react';
import { useState } from 'react';
import { beforeEach, expect, test } from 'vitest';
import { draw } from '../test/draw';
import { AmountFilter, amountOf } from './AmountFilter';

let taken: string[] = [];
function Host() {
  const [value, set] = useState('');
  return <><AmountFilter title="Сумма от" value={value} onChange={(amount) => { taken.push(amount); set(amount); }} /><button onClick={() => set('')}>Сбросить</button></>;
}
const field = () => screen.getByLabelText('Сумма от') as HTMLInputElement;
const type = (text: string) => fireEvent.change(field(), { target: { value: text } });
beforeEach(() => { taken = []; });

test.each([['1000', '1000.00', '1\u00a0000,00'], ['1000.5', '1000.50', '1\u00a0000,50'], ['1 000,5', '1000.50', '1\u00a0000,50']])('Enter takes %s', (text, amount, shown) => {
  draw(<Host />);
  field().focus();
  type(text);
  fireEvent.keyDown(field(), { key: 'Enter', code: 'Enter', keyCode: 13 });
  expect(taken).toEqual([amount]);
  expect(field().value).toBe(shown);
  expect(document.activeElement).toBe(field());
  fireEvent.blur(field());
  expect(taken).toEqual([amount]); // once
  fireEvent.click(screen.getByText('Сбросить'));
  expect(field().value).toBe('');
});

test('what is no amount is said at the field and asked of nobody', async () => {
  draw(<Host />);
  type('abc');
  fireEvent.blur(field());
  expect(await screen.findByText('Нужна сумма, например 1234,50')).toBeTruthy();
  expect(taken).toEqual([]);
  expect(field().getAttribute('aria-invalid')).toBe('true');
  type('7');
  expect(field().getAttribute('aria-invalid')).toBe('false');
  fireEvent.blur(field());
  expect(taken).toEqual(['7.00']);
});

test('what is typed while the address is on its way stays', () => {
  const Slow = ({ value }: { value: string }) => <AmountFilter title="Сумма от" value={value} onChange={(amount) => taken.push(amount)} />;
  const { rerender } = render(<Slow value="" />);
  type('1000');
  fireEvent.blur(field());
  type('2000');
  rerender(<Slow value="1000.00" />);
  expect(field().value).toBe('2000');
  fireEvent.blur(field());
  expect(taken).toEqual(['1000.00', '2000.00']);
});

test('amounts as people write them', () => {
  expect(['', ' ', '0012', '5,', '1\u00a0234,50', '-5', '1,234', '1e5'].map(amountOf)).toEqual(['', '', '12.00', '5.00', '1234.50', null, null, null]);
});
