import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Empty, Segmented, Skeleton } from 'antd';
import dayjs from 'dayjs';
import { Link } from 'react-router-dom';
import type { Query } from '../../api/client';
import type { SummaryGroup } from '../../api/schema';
import { tr } from '../../app/preferences';
import { filterQuery, useUrlState } from '../../app/useUrlState';
import { keys } from '../../realtime/keys';
import { Failure } from '../../ui/Failure';
import { formatAmount, formatCount } from '../../ui/format';
import { Period } from '../../ui/Period';
import { usePhone } from '../../ui/useMedia';
import { summaryApi } from './api';
import { barLengths } from './bars';
import { Transfers } from './Transfers';
import './summary.css';

type By = 'month' | 'category' | 'organization';

/** Receipts and payments of a period by month, category or organization: figures and bars of one scale. */
export default function SummaryPage() {
  const { get, set } = useUrlState();
  const by = (['month', 'category', 'organization'].includes(get('group_by')) ? get('group_by') : 'month') as By;
  const query: Query<'/summary'> = { ...filterQuery<Query<'/summary'>>(get, ['date_from', 'date_to']), group_by: by };
  const found = useQuery({ queryKey: keys.of('summary', query), queryFn: () => summaryApi.groups(query), placeholderData: keepPreviousData });
  const everything = found.data?.groups ?? [];
  const groups = everything.filter(({ count }) => count > 0); // the others have transfers only
  const lengths = barLengths(groups.flatMap((group) => [group.credit, group.debit]));
  const phone = usePhone();
  const days = { from: get('date_from'), to: get('date_to') };
  return (
    <>
      <h1 className="title">{tr('Сводка', 'Summary')}</h1>
      <div className="filters">
        <Segmented<By>
          aria-label={tr('Группировать', 'Group by')}
          value={by}
          onChange={(value) => set({ group_by: value === 'month' ? null : value })}
          options={[{ value: 'month', label: tr('Месяцы', 'Months') }, { value: 'category', label: tr('Категории', 'Categories') }, { value: 'organization', label: tr('Организации', 'Organizations') }]}
        />
        <Period value={days} onChange={({ from, to }) => set({ date_from: from, date_to: to })} withPresets />
      </div>
      <Failure error={found.error} onRetry={() => void found.refetch()} />
      {found.isPending && <Skeleton active paragraph={{ rows: 8 }} />}
      {found.data && everything.length === 0 && <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={tr('За этот период операций нет', 'No transactions in this period')} />}
      {groups.length > 0 && (
        <div className="summary" {...(!phone && { tabIndex: 0, role: 'region', 'aria-label': tr('Сводка', 'Summary') })}>
          <table className="summary-table">
            <thead>
              <tr>
                <th scope="col">{{ month: tr('Месяц', 'Month'), category: tr('Категория', 'Category'), organization: tr('Организация', 'Organization') }[by]}</th>
                {!phone && (
                  <>
                    <th scope="col">{tr('Поступило', 'Received')}</th>
                    <th scope="col">{tr('Списано', 'Paid')}</th>
                    <th scope="col">{tr('Сальдо', 'Balance')}</th>
                    <th scope="col">{tr('Операций', 'Transactions')}</th>
                  </>
                )}
              </tr>
            </thead>
            <tbody>
              {groups.map((group, i) => {
                const link = linkOf(by, group, days);
                const credit = <Bar kind="in" amount={group.credit} length={lengths[2 * i]!} />;
                const debit = <Bar kind="out" amount={group.debit} length={lengths[2 * i + 1]!} />;
                const balance = <span className="figures">{formatAmount(group.balance)}</span>;
                const count = <span className="figures">{formatCount(group.count)}</span>;
                return phone ? (
                  <tr key={group.key ?? ''}>
                    <td>
                      {link}
                      <dl className="summary-card">
                        <div><dt>{tr('Поступило', 'Received')}</dt><dd>{credit}</dd></div>
                        <div><dt>{tr('Списано', 'Paid')}</dt><dd>{debit}</dd></div>
                        <div><dt>{tr('Сальдо', 'Balance')}</dt><dd>{balance}</dd></div>
                        <div><dt>{tr('Операций', 'Transactions')}</dt><dd>{count}</dd></div>
                      </dl>
                    </td>
                  </tr>
                ) : (
                  <tr key={group.key ?? ''}>
                    <th scope="row">{link}</th>
                    <td>{credit}</td>
                    <td>{debit}</td>
                    <td>{balance}</td>
                    <td>{count}</td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
      <Transfers groups={everything} nameOf={(group) => linkOf(by, group, days)} />
      {(found.data?.left_out ?? 0) > 0 && <p className="quiet">{tr('Отмечено «не учитывать» и в сводку не вошло:', 'Ignored and left out of the summary:')} <span className="figures">{formatCount(found.data!.left_out)}</span></p>}
    </>
  );
}

const Bar = ({ kind, amount, length }: { kind: 'in' | 'out'; amount: string; length: number }) => (
  <>
    <span className={kind === 'in' ? 'figures in' : 'figures'}>{formatAmount(amount)}</span>
    <span className={`summary-bar ${kind}`} style={{ width: `${length}%` }} />
  </>
);

/** The rows behind a group. */
function linkOf(by: By, group: SummaryGroup, days: { from: string; to: string }) {
  const query = new URLSearchParams();
  if (by === 'month') {
    // No more than the period that is shown: its first and last month may be cut.
    const month = dayjs(`${group.key}-01`);
    const [first, last] = [month.format('YYYY-MM-DD'), month.endOf('month').format('YYYY-MM-DD')];
    query.set('date_from', days.from > first ? days.from : first);
    query.set('date_to', days.to && days.to < last ? days.to : last);
  } else {
    query.set(`${by}_id`, group.key ?? 'none');
    if (days.from) query.set('date_from', days.from);
    if (days.to) query.set('date_to', days.to);
  }
  const none = by === 'category' ? tr('Без категории', 'Without a category') : tr('Без организации', 'Without an organization');
  const title = by === 'month' ? dayjs(`${group.key}-01`).format('MMMM YYYY') : group.key === null ? none : group.title;
  return <Link to={`/transactions?${query}`} className="linklike">{title}</Link>;
}
