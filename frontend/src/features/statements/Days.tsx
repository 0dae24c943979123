import { Table, Tag, type TableColumnType } from 'antd';
import type { ReactNode } from 'react';
import { Link } from 'react-router-dom';
import type { ReconciliationDay } from '../../api/schema';
import { tr } from '../../app/preferences';
import { formatAmount, formatDate } from '../../ui/format';
import { usePhone } from '../../ui/useMedia';
import { rowsOf, type Account } from './differences';

type Day = ReconciliationDay;

/** The days of an account: what its rows add up to, and below it what the bank or 1C has instead. */
export function Days({ account }: { account: Account }) {
  const phone = usePhone();
  const link = (day: Day) => <Link className="linklike figures" to={rowsOf(account.account_number, day.date)}>{formatDate(day.date)}</Link>;
  const figure = (title: string, render: (day: Day) => ReactNode, width?: number): TableColumnType<Day> => ({ title, align: 'right', width, render: (_, day) => render(day) });
  const columns: TableColumnType<Day>[] = [
    { title: tr('День', 'Day'), width: 104, render: (_, day) => link(day) },
    figure(tr('На начало', 'Opening'), (day) => <Sum amount={day.opening} bank={day.statement_opening} />),
    figure(tr('Поступило', 'Received'), (day) => <Sum amount={day.credit} bank={day.statement_credit} onec={day.onec_credit} />),
    figure(tr('Списано', 'Paid'), (day) => <Sum amount={day.debit} bank={day.statement_debit} onec={day.onec_debit} />),
    figure(tr('На конец', 'Closing'), (day) => <Sum amount={day.closing} bank={day.statement_closing} />),
    figure(tr('Выписка: разница', 'Statement: difference'), (day) => <Difference amount={day.difference} />, 136),
    ...(account.agrees_with_1c === null ? [] : [figure(tr('1С: разница', '1C: difference'), (day) => <Difference amount={day.onec_difference} />, 136)]),
  ];
  const line = (title: string, value: ReactNode) => <div><dt>{title}</dt><dd>{value}</dd></div>;
  const compact: TableColumnType<Day>[] = [
    { title: tr('День', 'Day'), render: (_, day) => (
      <>
        {link(day)}
        <dl className="figures-list under">
          {line(tr('Поступило', 'Received'), <Sum amount={day.credit} bank={day.statement_credit} onec={day.onec_credit} />)}
          {line(tr('Списано', 'Paid'), <Sum amount={day.debit} bank={day.statement_debit} onec={day.onec_debit} />)}
          {line(tr('На конец', 'Closing'), <Sum amount={day.closing} bank={day.statement_closing} />)}
          {line(tr('Выписка: разница', 'Statement: difference'), <Difference amount={day.difference} />)}
          {account.agrees_with_1c !== null && line(tr('1С: разница', '1C: difference'), <Difference amount={day.onec_difference} />)}
        </dl>
      </>
    ) },
  ];
  return (
    <Table<Day> rowKey="date" size="small" className="days" dataSource={account.days} columns={phone ? compact : columns} pagination={{ pageSize: 31, showSizeChanger: false, hideOnSinglePage: true }} />
  );
}

/** What the rows of the statement say; what the bank or 1C states is added only where it is something else. */
function Sum({ amount, bank = null, onec = null }: { amount: string | null; bank?: string | null; onec?: string | null }) {
  const other = (who: string, said: string | null) => said !== null && said !== amount && <div className="under day-other">{who} {formatAmount(said)}</div>;
  return (
    <span className="figures">
      {amount === null ? '—' : formatAmount(amount)}
      {other(tr('в выписке', 'statement'), bank)}
      {other(tr('в 1С', '1C'), onec)}
    </span>
  );
}

const Difference = ({ amount }: { amount: string | null }) =>
  amount === null || amount === '0.00' ? <span className="quiet">—</span> : <Tag color="error" className="figures" style={{ margin: 0 }}>{formatAmount(amount)}</Tag>;
