import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Flex, Select, Space, Tag } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router-dom';
import type { Query } from '../../api/client';
import { tr } from '../../app/preferences';
import { can } from '../../app/rights';
import { filterQuery, listQuery, useUrlState, type UrlState } from '../../app/useUrlState';
import type { Transaction, User } from '../../api/types';
import { keys } from '../../realtime/keys';
import { Amount } from '../../ui/Amount';
import { AmountFilter } from '../../ui/AmountFilter';
import { DataTable, type Column } from '../../ui/DataTable';
import { Filters } from '../../ui/Filters';
import { formatDate, operationWords } from '../../ui/format';
import { Period, presets } from '../../ui/Period';
import { Pick } from '../../ui/Pick';
import { SearchBox } from '../../ui/SearchBox';
import { Totals } from '../../ui/Totals';
import { useColumns } from '../../ui/useColumns';
import { usePhone } from '../../ui/useMedia';
import { CategorySelect, NO_CATEGORY } from '../categories/CategorySelect';
import { directoryApi } from '../directory/api';
import { transactionsApi } from './api';
import { BulkBar } from './BulkBar';
import { CategoryCell } from './CategoryCell';
import { ExportButton } from './ExportButton';
import { importTitle, sourceTitle, states, stateTitle } from './fields';
import { RowState } from './RowState';
import { TransactionDrawer } from './TransactionDrawer';

export const transactionFilters = ['q', 'date_from', 'date_to', 'transaction_type', 'payment_source', 'status', 'category_id', 'organization_id', 'counterparty_inn', 'account_number', 'amount_min', 'amount_max', 'is_active', 'import_source', 'changed_task_id'] as const;

export default function TransactionsPage({ user }: { user: User }) {
  const url = useUrlState();
  const { get, set } = url;
  const phone = usePhone();
  const query = listQuery<Query<'/bank-transactions'>>(get, [...transactionFilters, 'sort']);
  const list = useQuery({
    queryKey: keys.of('transactions', 'list', query),
    queryFn: async () => {
      const { transactions, total, totals, counted, nothing_to_find } = await transactionsApi.list(query);
      return { rows: transactions, total, totals, counted, nothing_to_find };
    },
    placeholderData: keepPreviousData,
  });
  const [chosen, choose] = useState<React.Key[]>([]);
  const may = can.sync(user);
  const open = (row: Transaction) => set({ open: String(row.id) });
  const columns: Column<Transaction>[] = [
    { key: 'transaction_date', title: tr('Дата', 'Date'), width: 108, sorter: true,
      render: (_, row) => <button type="button" className="linklike figures" aria-label={`${formatDate(row.transaction_date)}, ${row.document_number ?? row.id}`} onClick={() => open(row)}>{formatDate(row.transaction_date)}</button> },
    { key: 'document_number', title: tr('Номер', 'Number'), width: 130, dataIndex: 'document_number' },
    { key: 'payment_source', title: tr('Где', 'Where'), width: 80, render: (_, row) => sourceTitle(row.payment_source) },
    { key: 'organization_name', title: tr('Организация', 'Organization'), width: 180, dataIndex: 'organization_name', ellipsis: true },
    { key: 'counterparty_name', title: tr('Контрагент', 'Counterparty'), width: 190, dataIndex: 'counterparty_name', ellipsis: true, sorter: true },
    { key: 'counterparty_inn', title: tr('ИНН', 'INN'), width: 130, dataIndex: 'counterparty_inn', className: 'figures' },
    { key: 'account_number', title: tr('Наш счёт', 'Our account'), width: 200, dataIndex: 'account_number', className: 'figures' },
    { key: 'payment_purpose', title: tr('Назначение', 'Purpose'), dataIndex: 'payment_purpose', ellipsis: true },
    { key: 'business_operation', title: tr('Операция', 'Operation'), width: 200, ellipsis: true, render: (_, row) => row.business_operation && operationWords(row.business_operation) },
    { key: 'category_name', title: tr('Категория', 'Category'), width: 180, ellipsis: true, render: (_, row) => <CategoryCell row={row} may={may} /> },
    { key: 'status', title: tr('Состояние', 'State'), width: 116, render: (_, row) => <RowState row={row} /> },
    { key: 'amount', title: tr('Сумма', 'Amount'), width: 136, align: 'right', sorter: true, render: (_, row) => <Amount amount={row.amount} type={row.transaction_type} /> },
  ];
  const { shown, chooser } = useColumns('transactions', columns, ['document_number', 'counterparty_inn', 'organization_name', 'payment_source', 'account_number', 'business_operation'], 'transaction_date');

  // On a phone a row is one cell, so that nothing has to be swiped.
  const compact: Column<Transaction>[] = [
    { key: 'transaction', title: tr('Операция', 'Transaction'), render: (_, row) => (
      <>
        <Flex justify="space-between" gap={8}>
          <button type="button" className="linklike figures" aria-label={`${formatDate(row.transaction_date)}, ${row.document_number ?? row.id}`} onClick={() => open(row)}>{formatDate(row.transaction_date)}</button>
          <Amount amount={row.amount} type={row.transaction_type} />
        </Flex>
        <div className="one-line">{row.counterparty_name ?? '—'}</div>
        <div className="under quiet clamp">{row.payment_purpose}</div>
        <Flex justify="space-between" gap={8} className="under">
          <div style={{ minWidth: 0, flex: 1 }}><CategoryCell row={row} may={may} /></div>
          <span className="quiet"><RowState row={row} /></span>
        </Flex>
      </>
    ) },
  ];

  return (
    <>
      <div className="title-row">
        <h1 className="title">{tr('Операции', 'Transactions')}</h1>
        <Flex gap={8}>{!phone && chooser}<ExportButton total={list.data?.total ?? 0} filters={filterQuery<Query<'/bank-transactions'>>(get, [...transactionFilters, 'sort'])} /></Flex>
      </div>
      <TransactionFilters url={url}>
        {phone && <Pick url={url} name="sort" title={tr('Порядок', 'Order')} width={200} options={[['-transaction_date', tr('Сначала новые', 'Newest first')], ['transaction_date', tr('Сначала старые', 'Oldest first')], ['-amount', tr('Сначала крупные', 'Largest first')], ['counterparty_name', tr('По контрагенту', 'By counterparty')]]} />}
      </TransactionFilters>
      <Totals money total={list.data?.total} sums={list.data?.totals} counted={list.data?.counted} />
      {list.data?.nothing_to_find && <p className="quiet" role="status">{tr('Такие слова не ищутся: они стоят почти в каждом назначении. Добавьте другое слово.', 'Such words are not searched for: they stand in nearly every purpose. Add another word.')}</p>}
      {may && <BulkBar chosen={chosen.map(Number)} matching={{ total: list.data?.total ?? 0, filters: filterQuery<Query<'/bank-transactions'>>(get, transactionFilters) }} onDone={() => choose([])} />}
      <DataTable<Transaction>
        list={list}
        rowKey="id"
        columns={phone ? compact : shown}
        url={url}
        filtered={transactionFilters.some((name) => get(name))}
        nothing={tr('Операций ещё нет: загрузите их из 1С', 'No transactions yet: import them from 1C')}
        width={phone ? 300 : 920}
        defaultSort="-transaction_date"
        onOpen={open}
        selection={may ? { chosen, choose } : undefined}
      />
      {get('open') && <TransactionDrawer key={get('open')} id={get('open')} user={user} onClose={() => set({ open: null })} />}
    </>
  );
}

/** Everything by which transactions can be chosen; children stand at the end of the row. */
export function TransactionFilters({ url, children }: { url: UrlState; children?: React.ReactNode }) {
  const { get, set } = url;
  const organizations = useQuery({ queryKey: keys.of('organizations', 'all'), queryFn: () => directoryApi.organizations({ limit: 500 }), staleTime: 60_000 });
  const sum = (name: string, title: string) => <AmountFilter title={title} value={get(name)} onChange={(amount) => set({ [name]: amount })} />;
  return (
    <Filters
      count={transactionFilters.filter((name) => get(name)).length}
      onReset={() => set(Object.fromEntries(transactionFilters.map((name) => [name, null])))}
      search={<SearchBox value={get('q')} placeholder={tr('Назначение, контрагент, ИНН', 'Purpose, counterparty, INN')} onSearch={(q) => set({ q })} />}
    >
      <Period value={{ from: get('date_from'), to: get('date_to') }} onChange={({ from, to }) => set({ date_from: from, date_to: to })} />
      <Select aria-label={tr('Готовый период', 'Ready period')} placeholder={tr('Период', 'Period')} value={null} style={{ width: 120 }} options={presets().map(({ label }, value) => ({ value, label }))}
        onChange={(i: number | null) => { const days = i === null ? null : presets()[i]!.days; if (days) set({ date_from: days.from, date_to: days.to }); }} />
      <Pick url={url} name="transaction_type" title={tr('Направление', 'Direction')} options={[['CREDIT', tr('Поступления', 'Receipts')], ['DEBIT', tr('Списания', 'Payments')]]} />
      <Pick url={url} name="payment_source" title={tr('Банк, касса', 'Bank, cash')} options={[['BANK', sourceTitle('BANK')], ['CASH', sourceTitle('CASH')]]} width={130} />
      <Pick url={url} name="status" title={tr('Состояние', 'State')} options={states.map((state) => [state, stateTitle(state)])} width={140} />
      <CategorySelect allowClear withNone style={{ width: 200 }} value={get('category_id') === 'none' ? NO_CATEGORY : get('category_id') ? Number(get('category_id')) : null} onChange={(id) => set({ category_id: id === NO_CATEGORY ? 'none' : id ? String(id) : null })} />
      <Pick url={url} name="organization_id" title={tr('Организация', 'Organization')} options={[...(organizations.data?.organizations ?? []).map((o): [string, string] => [String(o.id), o.name]), ['none', tr('Без организации', 'Without an organization')]]} width={200} />
      <Pick url={url} name="import_source" title={tr('Откуда', 'Came from')} options={(['ODATA_1C', 'BANK_FILE', 'API'] as const).map((source) => [source, importTitle(source)])} width={130} />
      <Pick url={url} name="is_active" title={tr('Выбывшие', 'Out of use')} options={[['false', tr('Только выбывшие: нет в 1С, учтены из 1С', 'Only those: gone, counted by 1C')], ['all', tr('Вместе с выбывшими', 'With those')]]} width={140} />
      <Space.Compact>{sum('amount_min', tr('Сумма от', 'Amount from'))}{sum('amount_max', tr('до', 'to'))}</Space.Compact>
      {get('changed_task_id') && <Tag closable style={{ margin: 0, alignSelf: 'center' }} closeIcon={<span aria-label={tr('Не отбирать по задаче', 'Drop the filter by task')}>×</span>} onClose={() => set({ changed_task_id: null })}><Link className="link" to={`/tasks/${get('changed_task_id')}`}>{tr('Изменены этой задачей', 'Changed by this task')}</Link></Tag>}
      {children}
    </Filters>
  );
}
