import { tr } from '../app/preferences';
import { formatAmount, formatCount } from './format';

type Sums = { credit: string; debit: string; balance: string };

/** How many rows fit, and what they add up to. Its place is kept while they are asked for; with `money` that of the sums too. */
export function Totals({ total, sums, money }: { total?: number; sums?: Sums; money?: boolean }) {
  return (
    <div className={money ? 'totals money' : 'totals'} aria-live="polite">
      {total !== undefined && <span>{tr('Всего', 'Total')} <b className="figures">{formatCount(total)}</b></span>}
      {sums && (
        <>
          <span>{tr('поступило', 'received')} <b className="figures in">{formatAmount(sums.credit)}</b></span>
          <span>{tr('списано', 'paid')} <b className="figures">{formatAmount(sums.debit)}</b></span>
          <span>{tr('сальдо', 'balance')} <b className="figures">{formatAmount(sums.balance)}</b></span>
        </>
      )}
    </div>
  );
}
