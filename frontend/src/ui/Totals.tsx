import { tr } from '../app/preferences';
import { formatAmount, formatCount } from './format';

type Sums = { credit: string; debit: string; balance: string };

/** How many rows fit, and what they add up to. Its place is kept while they are asked for. */
export function Totals({ total, sums }: { total?: number; sums?: Sums }) {
  return (
    <div className="totals" aria-live="polite">
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
