import { expect, test } from 'vitest';
import { differences, headline, questions, spans, verdicts } from './differences';

const account = { agrees_with_statement: true, agrees_with_1c: true, difference: '0.00', onec_difference: '0.00' };

test('what differs is said for the statement and for 1C apart, with its sign', () => {
  expect(differences(account)).toEqual([]);
  expect(differences({ ...account, agrees_with_1c: null, onec_difference: null })).toEqual([]);
  expect(differences({ ...account, agrees_with_1c: false, onec_difference: '-33322.24' })).toEqual(['расходится с 1С на −33\u00a0322,24']);
  expect(differences({ agrees_with_statement: false, agrees_with_1c: false, difference: '0.05', onec_difference: '10.00' })).toEqual(['расходится с выпиской на 0,05', 'расходится с 1С на 10,00']);
});

test('days that make good for each other differ all the same, and not by nothing', () =>
  expect(differences({ ...account, agrees_with_1c: false })).toEqual(['расходится с 1С по дням']));

test('what could not be compared is neither right nor wrong', () => {
  const unstated = { ...account, agrees: null, agrees_with_statement: null, agrees_with_1c: null, onec_difference: null };
  expect(verdicts(unstated)).toEqual([{ color: undefined, words: 'сверять не с чем' }]);
  expect(verdicts({ ...account, agrees: true })).toEqual([{ color: 'success', words: 'сходится' }]);
  expect(verdicts({ ...account, agrees: true, agrees_with_statement: null }).map(({ color, words }) => [color, words])).toEqual([['success', 'сходится с 1С'], [undefined, 'остатков в выписке нет']]);
  expect(verdicts({ ...unstated, agrees: false, agrees_with_1c: false, onec_difference: '10.00' }).map(({ words }) => words)).toEqual(['расходится с 1С на 10,00', 'остатков в выписке нет']);
});

test('days without statements are told by their first and last', () =>
  expect(spans([{ date_from: '2026-03-01', date_to: '2026-03-15' }, { date_from: '2026-03-20', date_to: '2026-03-20' }])).toBe('01.03.2026–15.03.2026, 20.03.2026'));

test('the two rows of a payment that 1C has otherwise stand together', () => {
  const row = (side: 'statement' | '1c', amount: string, pair: number | null) => ({
    side, amount, pair, transaction_id: 1, transaction_type: 'DEBIT' as const, document_number: null, counterparty_inn: null, counterparty_name: null,
    payment_purpose: null, date: '2026-03-01', file: null, line: null, unclear: false,
  });
  const shown = questions([row('statement', '10.00', 7), row('1c', '9.00', 7), row('1c', '9.00', null), row('1c', '9.00', null)]);
  expect(shown.map((rows) => rows.map((one) => one?.amount))).toEqual([['10.00', '9.00'], ['9.00'], ['9.00']]);
});

test('an English page says of all accounts what the server says in its own language', () => {
  const of = (agrees: boolean | null) => ({ agrees, total: 2, accounts: [{ agrees }, { agrees: true }] }) as unknown as Parameters<typeof headline>[0];
  expect([of(null), of(true), of(false)].map(headline)).toEqual(['nothing to compare with', 'agrees', 'differs: 1 of 2 accounts']);
});
