import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Alert, Collapse, Empty, Skeleton, Table, Tag } from 'antd';
import { Link } from 'react-router-dom';
import type { Query } from '../../api/client';
import type { Reconciliation, ReconciliationDay } from '../../api/schema';
import type { User } from '../../api/types';
import { tr } from '../../app/preferences';
import { filterQuery, useUrlState } from '../../app/useUrlState';
import { keys } from '../../realtime/keys';
import { Failure } from '../../ui/Failure';
import { formatAmount, formatCount, formatDate } from '../../ui/format';
import { Parts } from '../../ui/Parts';
import { Period } from '../../ui/Period';
import { SearchBox } from '../../ui/SearchBox';
import { statementsApi } from './api';
import { Matches } from './Matches';

type Account = Reconciliation['accounts'][number];

/** Do statements, 1C and what was imported agree; and what of it a person has to decide. */
export default function ReconciliationPage({ user }: { user: User }) {
  const { get, set } = useUrlState();
  const one = { state: 'open', limit: 1, offset: 0 } as const;
  const waiting = useQuery({ queryKey: keys.of('matches', one), queryFn: () => statementsApi.matches(one) }).data?.total ?? 0;
  return (
    <>
      <h1 className="title">{tr('Сверка с выписками', 'Reconciliation with statements')}</h1>
      <Parts
        title={tr('Что показать', 'What to show')}
        active={get('tab') || 'days'}
        onChange={(tab) => set({ tab: tab === 'days' ? null : tab, state: null })}
        destroyOnHidden
        items={[
          { key: 'days', label: tr('По дням', 'Day by day'), children: <Reconciled /> },
          { key: 'matches', label: tr('Неясные совпадения', 'Unclear matches') + (waiting > 0 ? ` · ${formatCount(waiting)}` : ''), children: <Matches user={user} /> },
        ]}
      />
    </>
  );
}

/** Account by account, day by day; the first day that differs leads to its rows. */
function Reconciled() {
  const { get, set } = useUrlState();
  const query = filterQuery<Query<'/reconciliation'>>(get, ['date_from', 'date_to', 'account_number']);
  const found = useQuery({ queryKey: keys.of('reconciliation', query), queryFn: () => statementsApi.reconcile(query), placeholderData: keepPreviousData });
  const accounts = found.data?.accounts ?? [];
  return (
    <>
      <div className="filters">
        <Period value={{ from: get('date_from'), to: get('date_to') }} onChange={({ from, to }) => set({ date_from: from, date_to: to })} withPresets />
        <SearchBox value={get('account_number')} placeholder={tr('Номер счёта целиком', 'Whole account number')} onSearch={(account_number) => set({ account_number })} />
      </div>
      <Failure error={found.error} onRetry={() => void found.refetch()} />
      {found.isPending && <Skeleton active paragraph={{ rows: 6 }} />}
      {found.data && accounts.length === 0 && <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={tr('Сверять пока не с чем: загрузите выписку из банка', 'Nothing to compare with yet: import a bank statement')} />}
      {accounts.length > 0 && (
        <>
          <Alert showIcon type={found.data!.agrees ? 'success' : 'warning'} message={found.data!.message} style={{ marginBottom: 16 }} />
          <Collapse
            defaultActiveKey={accounts.filter((account) => !account.agrees).slice(0, 3).map((account) => account.account_number)}
            items={accounts.map((account) => ({
              key: account.account_number,
              label: <span className="figures">{account.account_number}</span>,
              extra: <Tag color={account.agrees ? 'success' : 'error'}>{account.agrees ? tr('сходится', 'agrees') : `${tr('расходится на', 'differs by')} ${formatAmount(account.difference)}`}</Tag>,
              children: <Days account={account} />,
            }))}
          />
        </>
      )}
    </>
  );
}

function Days({ account }: { account: Account }) {
  const sum = (amount: string | null) => <span className="figures">{amount === null ? '—' : formatAmount(amount)}</span>;
  const column = (title: string, of: (day: ReconciliationDay) => string | null) => ({ title, align: 'right' as const, render: (_: unknown, day: ReconciliationDay) => sum(of(day)) });
  const rowsOf = (date: string) => `/transactions?${new URLSearchParams({ date_from: date, date_to: date, account_number: account.account_number, is_active: 'all' })}`;
  return (
    <>
      <p style={{ marginTop: 0 }}>{account.message} {account.first_difference && <Link className="linklike" to={rowsOf(account.first_difference)}>{tr('Операции этого дня', 'Transactions of that day')}</Link>}</p>
      <Table<ReconciliationDay>
        rowKey="date"
        size="small"
        dataSource={account.days}
        scroll={{ x: 900 }}
        pagination={{ pageSize: 31, showSizeChanger: false, hideOnSinglePage: true }}
        columns={[
          { title: tr('День', 'Day'), width: 110, render: (_, day) => <Link className="linklike figures" to={rowsOf(day.date)}>{formatDate(day.date)}</Link> },
          column(tr('На начало', 'Opening'), (day) => day.opening),
          column(tr('Поступило', 'Received'), (day) => day.credit),
          column(tr('в выписке', 'statement'), (day) => day.statement_credit),
          column(tr('Списано', 'Paid'), (day) => day.debit),
          column(tr('в выписке', 'statement'), (day) => day.statement_debit),
          column(tr('На конец', 'Closing'), (day) => day.closing),
          column(tr('в выписке', 'statement'), (day) => day.statement_closing),
          { title: tr('Разница', 'Difference'), align: 'right', render: (_, day) => (day.agrees ? <span className="quiet">—</span> : <Tag color="error" style={{ margin: 0 }}>{formatAmount(day.difference)}</Tag>) },
        ]}
      />
    </>
  );
}
