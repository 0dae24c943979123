import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button, Checkbox, Empty, Flex, InputNumber, Popover, Select, Space, Table, Tag, type TableColumnType } from 'antd';
import { useState } from 'react';
import { api } from '../../api/client';
import { tr } from '../../app/preferences';
import { apiQuery, pageOf, useUrlState } from '../../app/useUrlState';
import type { Transaction } from '../../api/types';
import { Failure } from '../../ui/Failure';
import { Filters } from '../../ui/Filters';
import { formatAmount, formatCount, formatDate } from '../../ui/format';
import { Period, presets } from '../../ui/Period';
import { SearchBox } from '../../ui/SearchBox';
import { useMedia } from '../../ui/useMedia';
import { sourceTitle, states, stateTitle } from './fields';
import { TransactionDrawer } from './TransactionDrawer';

const PAGE = 50;
const filters = ['q', 'date_from', 'date_to', 'transaction_type', 'payment_source', 'status', 'organization_id', 'amount_min', 'amount_max', 'is_active'];
const COLUMNS = 'obmen.transactions.hidden';

function hiddenAtFirst(): string[] {
  try {
    return JSON.parse(localStorage.getItem(COLUMNS) ?? '') as string[];
  } catch {
    return ['counterparty_inn', 'organization_name', 'payment_source', 'category_name'];
  }
}

export default function TransactionsPage() {
  const { get, set } = useUrlState();
  const [hidden, setHidden] = useState(hiddenAtFirst);
  const query = apiQuery(get, [...filters, 'sort'], PAGE);
  const list = useQuery({ queryKey: ['transactions', 'list', query], queryFn: () => api.transactions(query), placeholderData: keepPreviousData });
  const organizations = useQuery({ queryKey: ['organizations', 'all'], queryFn: () => api.organizations('limit=500'), staleTime: 60_000 });
  const phone = useMedia('(max-width: 720px)');
  const filtered = filters.some((name) => get(name));
  const sort = get('sort') || '-transaction_date';
  const order = (field: string) => (sort === field ? ('ascend' as const) : sort === `-${field}` ? ('descend' as const) : null);
  const hide = (next: string[]) => {
    setHidden(next);
    try {
      localStorage.setItem(COLUMNS, JSON.stringify(next));
    } catch {
      // Kept for this visit only.
    }
  };
  const pick = (name: string, title: string, options: [string, string][], width: number) => (
    <Select aria-label={title} placeholder={title} allowClear style={{ width }} value={get(name) || undefined} onChange={(value?: string) => set({ [name]: value })} options={options.map(([value, label]) => ({ value, label }))} />
  );
  const sum = (name: string, title: string) => (
    <InputNumber<string> aria-label={title} placeholder={title} stringMode min="0" precision={2} decimalSeparator="," controls={false} style={{ width: 120 }} value={get(name) || null}
      onBlur={(e) => set({ [name]: e.target.value.replace(/\s/g, '').replace(',', '.') })} onPressEnter={(e) => e.currentTarget.blur()} />
  );

  const columns: (TableColumnType<Transaction> & { key: string; title: string })[] = [
    { key: 'transaction_date', title: tr('Дата', 'Date'), width: 116, sorter: true, sortOrder: order('transaction_date'),
      render: (_, row) => <button type="button" className="linklike figures" aria-label={`${formatDate(row.transaction_date)}, ${row.document_number ?? row.id}`} onClick={() => set({ open: String(row.id) })}>{formatDate(row.transaction_date)}</button> },
    { key: 'document_number', title: tr('Номер', 'Number'), width: 130, dataIndex: 'document_number' },
    { key: 'payment_source', title: tr('Где', 'Where'), width: 80, render: (_, row) => sourceTitle(row.payment_source) },
    { key: 'organization_name', title: tr('Организация', 'Organization'), width: 180, dataIndex: 'organization_name', ellipsis: true },
    { key: 'counterparty_name', title: tr('Контрагент', 'Counterparty'), width: 230, dataIndex: 'counterparty_name', ellipsis: true, sorter: true, sortOrder: order('counterparty_name') },
    { key: 'counterparty_inn', title: tr('ИНН', 'INN'), width: 130, dataIndex: 'counterparty_inn', className: 'figures' },
    { key: 'payment_purpose', title: tr('Назначение', 'Purpose'), dataIndex: 'payment_purpose', ellipsis: true },
    { key: 'category_name', title: tr('Категория', 'Category'), width: 160, dataIndex: 'category_name', ellipsis: true },
    { key: 'status', title: tr('Состояние', 'State'), width: 130, render: (_, row) => <>{row.is_active ? stateTitle(row.status) : <Tag>{tr('нет в 1С', 'gone')}</Tag>}</> },
    { key: 'amount', title: tr('Сумма', 'Amount'), width: 150, align: 'right', sorter: true, sortOrder: order('amount'),
      render: (_, row) => <span className={row.transaction_type === 'CREDIT' ? 'figures in' : 'figures'}>{row.transaction_type === 'DEBIT' ? '−' : '+'}{formatAmount(row.amount)}</span> },
  ];

  // On a phone the sum stands beside the date, not a swipe away.
  if (phone) columns.splice(1, 0, columns.pop()!);

  return (
    <>
      <h1 className="title">{tr('Операции', 'Transactions')}</h1>
      <Filters
        count={filters.filter((name) => get(name)).length}
        onReset={() => set(Object.fromEntries(filters.map((name) => [name, null])))}
        search={<SearchBox value={get('q')} placeholder={tr('Назначение, контрагент, ИНН', 'Purpose, counterparty, INN')} onSearch={(q) => set({ q })} />}
      >
        <Period value={{ from: get('date_from'), to: get('date_to') }} onChange={({ from, to }) => set({ date_from: from, date_to: to })} />
        <Select aria-label={tr('Готовый период', 'Ready period')} placeholder={tr('Период', 'Period')} value={null} style={{ width: 140 }} options={presets().map(({ label }, value) => ({ value, label }))}
          onChange={(i: number | null) => { const days = i === null ? null : presets()[i]!.days; if (days) set({ date_from: days.from, date_to: days.to }); }} />
        {pick('transaction_type', tr('Направление', 'Direction'), [['CREDIT', tr('Поступления', 'Receipts')], ['DEBIT', tr('Списания', 'Payments')]], 150)}
        {pick('payment_source', tr('Банк, касса', 'Bank, cash'), [['BANK', sourceTitle('BANK')], ['CASH', sourceTitle('CASH')]], 130)}
        {pick('status', tr('Состояние', 'State'), states.map((state) => [state, stateTitle(state)]), 140)}
        {pick('organization_id', tr('Организация', 'Organization'), (organizations.data?.organizations ?? []).map((o) => [String(o.id), o.name]), 200)}
        {pick('is_active', tr('Есть в 1С', 'In 1C'), [['false', tr('Исчезли из 1С', 'Gone from 1C')], ['all', tr('Все', 'All')]], 140)}
        <Space.Compact>{sum('amount_min', tr('Сумма от', 'Amount from'))}{sum('amount_max', tr('до', 'to'))}</Space.Compact>
        <Popover trigger="click" placement="bottomRight" content={
          <Checkbox.Group value={columns.map((c) => c.key).filter((key) => !hidden.includes(key))} onChange={(shown) => hide(columns.map((c) => c.key).filter((key) => !shown.includes(key)))}>
            <Flex vertical gap={6}>{columns.map((c) => <Checkbox key={c.key} value={c.key} disabled={c.key === 'transaction_date'}>{c.title}</Checkbox>)}</Flex>
          </Checkbox.Group>
        }>
          <Button>{tr('Колонки', 'Columns')}</Button>
        </Popover>
      </Filters>
      <Failure error={list.error} onRetry={() => void list.refetch()} />
      <div className="totals" aria-live="polite">
        {list.data && (
          <>
            <span>{tr('Всего', 'Total')} <b className="figures">{formatCount(list.data.total)}</b></span>
            <span>{tr('поступило', 'received')} <b className="figures in">{formatAmount(list.data.totals.credit)}</b></span>
            <span>{tr('списано', 'paid')} <b className="figures">{formatAmount(list.data.totals.debit)}</b></span>
            <span>{tr('сальдо', 'balance')} <b className="figures">{formatAmount(list.data.totals.balance)}</b></span>
          </>
        )}
      </div>
      <Table<Transaction>
        rowKey="id"
        size="small"
        loading={list.isPending || list.isPlaceholderData}
        dataSource={list.data?.transactions ?? []}
        scroll={{ x: 1000 }}
        sortDirections={['descend', 'ascend']}
        pagination={{ current: pageOf(get), pageSize: PAGE, total: list.data?.total ?? 0, showSizeChanger: false, hideOnSinglePage: true }}
        onChange={({ current = 1 }, _, sorter, { action }) => {
          if (action === 'paginate') set({ page: current > 1 ? String(current) : null });
          else if (!Array.isArray(sorter)) set({ sort: sorter.order ? (sorter.order === 'descend' ? '-' : '') + String(sorter.columnKey) : null });
        }}
        onRow={(row) => ({ onDoubleClick: () => set({ open: String(row.id) }) })}
        locale={{ emptyText: list.isPending || list.error ? ' ' : <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={filtered ? tr('Таких операций нет', 'No such transactions') : tr('Операций ещё нет: загрузите их из 1С', 'No transactions yet: import them from 1C')} /> }}
        columns={columns.filter((c) => !hidden.includes(c.key))}
      />
      {get('open') && <TransactionDrawer key={get('open')} id={get('open')} onClose={() => set({ open: null })} />}
    </>
  );
}
