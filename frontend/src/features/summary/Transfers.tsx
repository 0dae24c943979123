import type { ReactNode } from 'react';
import type { SummaryGroup } from '../../api/schema';
import { tr } from '../../app/preferences';
import { Amount } from '../../ui/Amount';
import { formatCount } from '../../ui/format';

/** What only moved between own accounts: neither received nor paid, so it has a place of its own. */
export function Transfers({ groups, nameOf }: { groups: SummaryGroup[]; nameOf: (group: SummaryGroup) => ReactNode }) {
  const moved = groups.filter(({ transfers }) => transfers.count > 0);
  if (moved.length === 0) return null;
  return (
    <section aria-label={tr('Переводы между своими счетами', 'Transfers between own accounts')} style={{ marginTop: 24, maxWidth: 640 }}>
      <h2 className="subtitle">{tr('Переводы между своими счетами', 'Transfers between own accounts')}</h2>
      <p className="quiet" style={{ margin: '0 0 8px' }}>{tr('Не доход и не расход: в суммы выше не входят.', 'Neither income nor expense: not in the sums above.')}</p>
      <dl className="figures-list">
        {moved.map((group) => (
          <div key={group.key ?? ''}>
            <dt>{nameOf(group)} <span className="figures">· {formatCount(group.transfers.count)}</span></dt>
            <dd style={{ textAlign: 'right' }}><Moved amount={group.transfers.credit} type="CREDIT" /><Moved amount={group.transfers.debit} type="DEBIT" /></dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

const Moved = ({ amount, type }: { amount: string; type: 'CREDIT' | 'DEBIT' }) => (amount === '0.00' ? null : <div><Amount amount={amount} type={type} /></div>);
