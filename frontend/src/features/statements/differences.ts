import type { Reconciliation } from '../../api/schema';
import { tr } from '../../app/preferences';
import { formatAmount } from '../../ui/format';

export type Account = Reconciliation['accounts'][number];

/** Wherein an account differs, in words. Days may differ whose sum does not. */
export function differences(account: Pick<Account, 'agrees_with_statement' | 'agrees_with_1c' | 'difference' | 'onec_difference'>): string[] {
  const by = (amount: string | null) => (amount === null || amount === '0.00' ? tr('по дням', 'day by day') : `${tr('на', 'by')} ${formatAmount(amount)}`);
  return [
    ...(account.agrees_with_statement ? [] : [`${tr('расходится с выпиской', 'differs from the statement')} ${by(account.difference)}`]),
    ...(account.agrees_with_1c === false ? [`${tr('расходится с 1С', 'differs from 1C')} ${by(account.onec_difference)}`] : []),
  ];
}

/** The rows of a day of an account, those too that do not count. */
export const rowsOf = (account: string, date: string) => `/transactions?${new URLSearchParams({ date_from: date, date_to: date, account_number: account, is_active: 'all' })}`;
