import { expect, test } from 'vitest';
import { adviceOf, balanceVerdict, isWrong, reportOf, turnoverVerdict, type Balance, type FileReport } from './report';

const balance: Balance = {
  account_number: '40702810900000000001', date_from: '2025-03-01', date_to: '2025-03-02', opening: '1000.00', received: '10.50', paid: '0.50', closing: '1010.00',
  balance_difference: '0.00', documents: 3, documents_received: '10.50', documents_paid: '0.50', received_difference: '0.00', paid_difference: '0.00',
};
const rows = { new: 3, linked: 0, known: 0, unclear: 0, skipped: 0, refused: 0 };
const file: FileReport = { name: 'a.txt', warnings: [], rows, balances: [balance] };

test('what adds up is said with its figures', () => {
  expect(balanceVerdict(balance)).toEqual({ good: true, words: 'Остатки сходятся: 1\u00a0000,00 + 10,50 − 0,50 = 1\u00a0010,00' });
  expect(turnoverVerdict(balance).good).toBe(true);
  expect(isWrong(file)).toBe(false);
});
test('what does not, by how much', () => {
  expect(balanceVerdict({ ...balance, closing: '1005.00', balance_difference: '5.00' }).words).toContain('на 5,00 больше, чем остаток на конец 1\u00a0005,00');
  const less = turnoverVerdict({ ...balance, documents_paid: '0.00', paid_difference: '-0.50' });
  expect(less).toEqual({ good: false, words: 'Обороты не сходятся с документами: списаний на 0,50 меньше, чем 0,50 по выписке' });
  expect(isWrong({ ...file, balances: [{ ...balance, received_difference: '-0.01' }] })).toBe(true);
});
test('what is not stated is not judged', () => {
  const bare = { ...balance, opening: null, received: null, paid: null, closing: null, balance_difference: null, received_difference: null, paid_difference: null };
  expect([balanceVerdict(bare).good, turnoverVerdict(bare).good]).toEqual([null, null]);
  expect(balanceVerdict({ ...balance, closing: null, balance_difference: null }).good).toBeNull();
});
test('what to do next', () => {
  const to = (files: FileReport[], dry = false) => adviceOf(files, dry).map((advice) => advice.to ?? advice.words);
  expect(to([file])).toEqual(['/review']);
  expect(to([{ ...file, rows: { ...rows, unclear: 1 } }])).toEqual(['/reconciliation?tab=matches', '/review']);
  expect(to([{ ...file, rows: { ...rows, unclear: 1 } }], true)[0]).toContain('«Применить»');
  expect(to([{ ...file, rows: { ...rows, new: 0, known: 3 } }])[0]).toContain('уже было загружено');
  expect(to([{ name: 'b', warnings: [], error: 'x' }])[0]).toContain('1CClientBankExchange');
  expect(to([{ ...file, balances: [{ ...balance, balance_difference: '1.00' }] }])).toContain('/reconciliation');
});
test('only an import of statements has it', () => {
  expect(reportOf({ task_type: 'import_bank_statement', result: { files: [file] } as never })).toEqual([file]);
  expect(reportOf({ task_type: 'sync_full', result: { files: [file] } as never })).toBeNull();
  expect(reportOf({ task_type: 'import_bank_statement', result: null })).toBeNull();
});
