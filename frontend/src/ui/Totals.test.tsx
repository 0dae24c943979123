import { expect, test } from 'vitest';
import { draw } from '../test/draw';
import { Totals } from './Totals';

const sums = (credit: string, debit: string, balance: string) => ({ credit, debit, balance });
const said = (props: Parameters<typeof Totals>[0]) => draw(<Totals {...props} />).container.textContent?.replace(/\u00a0/g, ' ');

test('sums are those of the rows that count, and the others are told of', () => {
  expect(said({ total: 3, sums: sums('20.00', '5.00', '15.00'), counted: { count: 3, ...sums('20.00', '5.00', '15.00') } })).toBe('Всего 3поступило 20,00списано 5,00сальдо 15,00');
  expect(said({ total: 1005, sums: sums('20.00', '5.00', '15.00'), counted: { count: 1, ...sums('10.00', '0.00', '10.00') } })).toBe('Всего 1 005поступило 10,00списано 0,00сальдо 10,00в суммы не вошло 1 004');
});

test('where none counts, what they would add up to', () =>
  expect(said({ total: 2, sums: sums('20.00', '5.00', '15.00'), counted: { count: 0, ...sums('0.00', '0.00', '0.00') } })).toBe('Всего 2поступило 20,00списано 5,00сальдо 15,00в учёт не входят'));
