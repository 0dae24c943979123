import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Alert, Collapse, Empty, Flex, Skeleton, Tag } from 'antd';
import type { Query } from '../../api/client';
import type { User } from '../../api/types';
import { tr } from '../../app/preferences';
import { filterQuery, useUrlState } from '../../app/useUrlState';
import { keys } from '../../realtime/keys';
import { Failure } from '../../ui/Failure';
import { formatCount } from '../../ui/format';
import { Parts } from '../../ui/Parts';
import { Period } from '../../ui/Period';
import { SearchBox } from '../../ui/SearchBox';
import { statementsApi } from './api';
import { Days } from './Days';
import { headline, spans, verdicts } from './differences';
import { InQuestion } from './InQuestion';
import { Matches } from './Matches';
import './reconciliation.css';

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
      {found.data && accounts.length === 0 && <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={tr(`Сверять не с чем: ${found.data.message}`, query.account_number ? 'There is no statement of this account for these days. Is the number right?' : 'There are no statements of these days: nothing to compare')} />}
      {accounts.length > 0 && (
        <>
          <Alert showIcon type={found.data!.agrees === null ? 'info' : found.data!.agrees ? 'success' : 'warning'} message={tr(found.data!.message, headline(found.data!))} style={{ marginBottom: 16 }} />
          <Collapse
            defaultActiveKey={accounts.filter((account) => account.agrees === false).slice(0, 3).map((account) => account.account_number)}
            items={accounts.map((account) => ({
              key: account.account_number,
              label: (
                <Flex gap="4px 8px" wrap justify="space-between">
                  <span className="figures">{account.account_number}</span>
                  <span>{verdicts(account).map(({ color, words }) => <Tag key={words} color={color}>{words}</Tag>)}</span>
                </Flex>
              ),
              children: (
                <>
                  {account.days_without_statements.length > 0 && <p className="quiet">{tr('Дни без выписок, с 1С не сверялись', 'Days without statements, not compared with 1C')}: <span className="figures">{spans(account.days_without_statements)}</span></p>}
                  <Days account={account} />
                  {account.first_difference && <InQuestion account={account} day={account.first_difference} period={filterQuery<Query<'/reconciliation'>>(get, ['date_from', 'date_to'])} />}
                </>
              ),
            }))}
          />
        </>
      )}
    </>
  );
}
