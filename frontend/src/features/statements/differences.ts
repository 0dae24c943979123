import type { Reconciliation } from '../../api/schema';
import { tr } from '../../app/preferences';
import { formatAmount, formatDate } from '../../ui/format';

export type Account = Reconciliation['accounts'][number];

/** Wherein an account differs, in words. Days may differ whose sum does not. */
export function differences(account: Pick<Account, 'agrees_with_statement' | 'agrees_with_1c' | 'difference' | 'onec_difference'>): string[] {
  const by = (amount: string | null) => (amount === null || amount === '0.00' ? tr('по дням', 'day by day') : `${tr('на', 'by')} ${formatAmount(amount)}`);
  return [
    ...(account.agrees_with_statement === false ? [`${tr('расходится с выпиской', 'differs from the statement')} ${by(account.difference)}`] : []),
    ...(account.agrees_with_1c === false ? [`${tr('расходится с 1С', 'differs from 1C')} ${by(account.onec_difference)}`] : []),
  ];
}

export type Verdict = { color: 'success' | 'error' | undefined; words: string };

/** What is said of an account at its head. What was not compared is neither right nor wrong. */
export function verdicts(account: Pick<Account, 'agrees' | 'agrees_with_statement' | 'agrees_with_1c' | 'difference' | 'onec_difference'>): Verdict[] {
  if (account.agrees === null) return [{ color: undefined, words: tr('сверять не с чем', 'nothing to compare with') }];
  const unstated: Verdict[] = account.agrees_with_statement === null ? [{ color: undefined, words: tr('остатков в выписке нет', 'the statement has no balances') }] : [];
  if (account.agrees) return [{ color: 'success', words: unstated.length ? tr('сходится с 1С', 'agrees with 1C') : tr('сходится', 'agrees') }, ...unstated];
  return [...differences(account).map((words): Verdict => ({ color: 'error', words })), ...unstated];
}

/** What is said of all accounts together on an English page, whatever the server's language. */
export function headline({ agrees, accounts, total }: Pick<Reconciliation, 'agrees' | 'accounts' | 'total'>): string {
  if (agrees === null) return 'nothing to compare with';
  if (agrees) return 'agrees';
  return `differs: ${accounts.filter((account) => account.agrees === false).length} of ${total} accounts`;
}

/** «01.03.2026–15.03.2026, 20.03.2026» */
export const spans = (days: Account['days_without_statements']) =>
  days.map(({ date_from, date_to }) => (date_from === date_to ? formatDate(date_from) : `${formatDate(date_from)}–${formatDate(date_to)}`)).join(', ');

type Row = Reconciliation['rows'][number];
type Question = [row: Row, other?: Row];

/** Rows one by one; the two of a payment that 1C has otherwise by now, together: the bank's first. */
export function questions(rows: Row[]): Question[] {
  const pairs = new Map<number, Question>();
  const all: Question[] = [];
  for (const row of rows) {
    const known = row.pair === null ? undefined : pairs.get(row.pair);
    if (known) {
      known[1] = row;
      continue;
    }
    const fresh: Question = [row];
    if (row.pair !== null) pairs.set(row.pair, fresh);
    all.push(fresh);
  }
  return all;
}

/** The rows of a day of an account, those too that do not count. */
export const rowsOf = (account: string, date: string) => `/transactions?${new URLSearchParams({ date_from: date, date_to: date, account_number: account, is_active: 'all' })}`;
