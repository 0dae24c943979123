import { useQuery } from '@tanstack/react-query';
import { Skeleton, Tag } from 'antd';
import { Link } from 'react-router-dom';
import type { Query } from '../../api/client';
import type { Reconciliation } from '../../api/schema';
import { tr } from '../../app/preferences';
import { keys } from '../../realtime/keys';
import { Amount } from '../../ui/Amount';
import { Failure } from '../../ui/Failure';
import { formatDate } from '../../ui/format';
import { statementsApi } from './api';
import { questions, rowsOf, type Account } from './differences';

type Row = Reconciliation['rows'][number];

/** The rows that may be why the first day differs: those of one side that the other surely has not, and payments that 1C has otherwise. */
export function InQuestion({ account, day, period }: { account: Account; day: string; period: Query<'/reconciliation'> }) {
  const query = { ...period, account_number: account.account_number };
  const found = useQuery({ queryKey: keys.of('reconciliation', query), queryFn: () => statementsApi.reconcile(query) });
  const rows = found.data?.rows ?? [];
  const onlyOnec = account.agrees_with_statement !== false;
  return (
    <section aria-label={tr('Под вопросом', 'In question')}>
      <h2 className="subtitle" style={{ marginTop: 16 }}>{tr('Под вопросом', 'In question')} <span className="figures">{formatDate(day)}</span></h2>
      <Failure error={found.error} onRetry={() => void found.refetch()} />
      {found.isPending && <Skeleton active paragraph={{ rows: 3 }} />}
      <ul className="questions">{questions(rows).map(([row, other], i) => (other ? <Changed key={i} bank={row} onec={other} /> : <Question key={i} row={row} onlyOnec={onlyOnec} />))}</ul>
      {found.data && rows.length === 0 && <p className="quiet">{tr('Своих строк у этого дня нет: недостаёт того, что было раньше, или суммы не те.', 'The day has no rows of its own in question: something before it is missing, or sums are not what they should be.')}</p>}
      <Link className="linklike" to={rowsOf(account.account_number, day)}>{tr('Все операции этого дня', 'All transactions of that day')}</Link>
    </section>
  );
}

function Question({ row, onlyOnec }: { row: Row; onlyOnec: boolean }) {
  const side = row.side === '1c' ? tr('только в 1С', 'only in 1C') : onlyOnec ? tr('только в выписке', 'only in the statement') : tr('в выписке', 'in the statement');
  return (
    <li>
      <div className="question-head">
        <span><Tag>{side}</Tag>{row.unclear && <Link className="link in-text" to="/reconciliation?tab=matches">{tr('неясное совпадение', 'an unclear match')}</Link>}</span>
        <Amount amount={row.amount} type={row.transaction_type} />
      </div>
      <What row={row} />
      <Place row={row} />
    </li>
  );
}

/** One payment of both sides that are not the same any more. */
function Changed({ bank, onec }: { bank: Row; onec: Row }) {
  const side = (who: string, row: Row) => (
    <span>{who} <Amount amount={row.amount} type={row.transaction_type} />{bank.date !== onec.date && <span className="figures quiet"> {formatDate(row.date)}</span>}</span>
  );
  return (
    <li>
      <div className="question-head">
        <Tag>{tr('в 1С изменено', 'changed in 1C')}</Tag>
        <span className="question-sides">{side(tr('в выписке', 'statement'), bank)}{side(tr('в 1С', '1C'), onec)}</span>
      </div>
      <What row={onec} />
      <Place row={bank} />
    </li>
  );
}

function What({ row }: { row: Row }) {
  const number = row.document_number ? `№ ${row.document_number}` : tr('без номера', 'no number');
  return (
    <>
      <div>{row.transaction_id === null ? number : <Link className="link in-text" to={`/transactions?is_active=all&open=${row.transaction_id}`}>{number}</Link>} · {row.counterparty_name ?? row.counterparty_inn ?? '—'}</div>
      <div className="under quiet clamp">{row.payment_purpose}</div>
    </>
  );
}

const Place = ({ row }: { row: Row }) =>
  row.file && <div className="under quiet" style={{ overflowWrap: 'anywhere' }}>{row.file}, {tr('строка', 'line')} <span className="figures">{row.line}</span></div>;
