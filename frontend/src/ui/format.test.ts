import { expect, test } from 'vitest';
import { formatAmount, formatDate, formatDuration, operationWords } from './format';

test.each([
  ['0.00', '0,00'],
  ['1234567.50', '1\u00a0234\u00a0567,50'],
  ['-12.07', '−12,07'],
  ['90071992547409931.10', '90\u00a0071\u00a0992\u00a0547\u00a0409\u00a0931,10'],
])('%s is written %s', (amount, text) => expect(formatAmount(amount)).toBe(text));

test.each([[5, '5 с'], [61, '1 мин 1 с'], [3660, '1 ч 1 мин']])('%i seconds', (seconds, text) => expect(formatDuration(seconds)).toBe(text));

test('a date of 1C stays the day it is, in every time zone', () => expect(formatDate('2025-03-14T00:00:00')).toBe('14.03.2025'));

test('operations of 1C are read as words', () => {
  expect(operationWords('ВозвратДенежныхСредствОтПоставщика')).toBe('Возврат денежных средств от поставщика');
  expect(operationWords('ПеречислениеНДФЛ')).toBe('Перечисление НДФЛ');
  expect(operationWords('ВзносНаличнымиВБанк')).toBe('Взнос наличными в банк');
  expect(operationWords('ВозвратНДСПоставщику')).toBe('Возврат НДС поставщику');
  expect(operationWords('Прочая выдача')).toBe('Прочая выдача');
  expect(operationWords('Прочее')).toBe('Прочее');
});
