import { expect, test } from 'vitest';
import { ruleFor } from './ruleFor';

const row = { counterparty_inn: null, counterparty_name: null, payment_purpose: 'Аренда за май', transaction_type: 'DEBIT' as const, suggested_category_id: 7, category_id: null };

test('the INN tells more than the name, the name more than the words', () => {
  expect(ruleFor({ ...row, counterparty_inn: '7707083893', counterparty_name: 'ООО А' })).toMatchObject({ rule_type: 'COUNTERPARTY_INN', pattern: '7707083893', category_id: 7 });
  expect(ruleFor({ ...row, counterparty_name: 'ООО А' })).toMatchObject({ rule_type: 'COUNTERPARTY_NAME', pattern: 'ООО А' });
  expect(ruleFor(row)).toMatchObject({ rule_type: 'KEYWORD', pattern: 'Аренда за май', transaction_type: 'DEBIT' });
});
test('a category that a person set goes before what was suggested', () => expect(ruleFor({ ...row, category_id: 9 }).category_id).toBe(9));
