import { tr } from '../app/preferences';
import { formatAmount, formatCount } from './format';

type Sums = { credit: string; debit: string; balance: string };

/** How many rows fit, and what those that count add up to; when none of them does, what they would. Its place is kept while they are asked for; with `money` that of the sums too. */
export function Totals({ total, sums, counted, money }: { total?: number; sums?: Sums; counted?: Sums & { count: number }; money?: boolean }) {
  const shown = counted?.count ? counted : sums;
  const left = total !== undefined && counted ? total - counted.count : 0;
  return (
    <div className={money ? 'totals money' : 'totals'} aria-live="polite">
      {total !== undefined && <span>{tr('Всего', 'Total')} <b className="figures">{formatCount(total)}</b></span>}
      {shown && (
        <>
          <span>{tr('поступило', 'received')} <b className="figures in">{formatAmount(shown.credit)}</b></span>
          <span>{tr('списано', 'paid')} <b className="figures">{formatAmount(shown.debit)}</b></span>
          <span>{tr('сальдо', 'balance')} <b className="figures">{formatAmount(shown.balance)}</b></span>
        </>
      )}
      {left > 0 && <span className="quiet" title={tr('исчезли из 1С, учтены строкой 1С или отмечены «не учитывать»', 'gone from 1C, counted as 1C’s row, or ignored')}>{left === total ? tr('в учёт не входят', 'none of them counts') : <>{tr('в суммы не вошло', 'left out of the sums')} <b className="figures">{formatCount(left)}</b></>}</span>}
    </div>
  );
}
