import type { RuleInput } from '../../api/schema';
import type { Transaction } from '../../api/types';

/** The rule one would write after looking at this row: by INN when there is one, else by the name, else by the purpose. */
export function ruleFor(row: Pick<Transaction, 'counterparty_inn' | 'counterparty_name' | 'payment_purpose' | 'transaction_type' | 'suggested_category_id' | 'category_id'>): Partial<RuleInput> {
  const category_id = row.category_id ?? row.suggested_category_id ?? undefined;
  const rest = { transaction_type: row.transaction_type, ...(category_id ? { category_id } : {}) };
  if (row.counterparty_inn) return { rule_type: 'COUNTERPARTY_INN', pattern: row.counterparty_inn, confidence: 0.95, ...rest };
  if (row.counterparty_name) return { rule_type: 'COUNTERPARTY_NAME', pattern: row.counterparty_name, confidence: 0.9, ...rest };
  return { rule_type: 'KEYWORD', pattern: (row.payment_purpose ?? '').slice(0, 60), confidence: 0.9, ...rest };
}
