import { expect, test } from 'vitest';
import { differences } from './differences';

const account = { agrees_with_statement: true, agrees_with_1c: true, difference: '0.00', onec_difference: '0.00' };

test('what differs is said for the statement and for 1C apart, with its sign', () => {
  expect(differences(account)).toEqual([]);
  expect(differences({ ...account, agrees_with_1c: null, onec_difference: null })).toEqual([]);
  expect(differences({ ...account, agrees_with_1c: false, onec_difference: '-33322.24' })).toEqual(['расходится с 1С на −33\u00a0322,24']);
  expect(differences({ agrees_with_statement: false, agrees_with_1c: false, difference: '0.05', onec_difference: '10.00' })).toEqual(['расходится с выпиской на 0,05', 'расходится с 1С на 10,00']);
});

test('days that make good for each other differ all the same, and not by nothing', () =>
  expect(differences({ ...account, agrees_with_1c: false })).toEqual(['расходится с 1С по дням']));
