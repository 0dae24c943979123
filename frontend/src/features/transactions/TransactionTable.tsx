import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Alert, Flex, Input, Select, Table, Typography } from 'antd';
import { useState } from 'react';
import { api } from '../../api/client';
import type { Transaction } from '../../api/types';
import { formatAmount, formatCount } from '../tasks/format';

const PAGE = 50;

export function TransactionTable() {
  const [page, setPage] = useState(1);
  const [q, setQ] = useState('');
  const [type, setType] = useState('');
  const query = new URLSearchParams({ limit: String(PAGE), offset: String((page - 1) * PAGE) });
  if (q) query.set('q', q);
  if (type) query.set('transaction_type', type);
  const list = useQuery({ queryKey: ['transactions', query.toString()], queryFn: () => api.transactions(query.toString()), placeholderData: keepPreviousData });
  return (
    <Flex vertical gap={12}>
      <Flex gap={8} wrap>
        <Input.Search aria-label="Поиск" placeholder="Назначение, контрагент, ИНН" allowClear style={{ width: 320, maxWidth: '100%' }} onSearch={(text) => { setQ(text); setPage(1); }} />
        <Select aria-label="Направление" value={type} style={{ width: 160 }} onChange={(value) => { setType(value); setPage(1); }}
          options={[{ value: '', label: 'Все' }, { value: 'CREDIT', label: 'Поступления' }, { value: 'DEBIT', label: 'Списания' }]} />
      </Flex>
      {list.error && <Alert type="error" showIcon message={list.error.message} />}
      {list.data && (
        <Typography.Text>
          Всего {formatCount(list.data.total)} · поступило {formatAmount(list.data.totals.credit)} · списано {formatAmount(list.data.totals.debit)} · сальдо {formatAmount(list.data.totals.balance)}
        </Typography.Text>
      )}
      <Table<Transaction>
        rowKey="id"
        size="small"
        loading={list.isPending}
        dataSource={list.data?.transactions ?? []}
        scroll={{ x: 900 }}
        pagination={{ current: page, pageSize: PAGE, total: list.data?.total ?? 0, showSizeChanger: false, onChange: setPage }}
        columns={[
          { title: 'Дата', dataIndex: 'transaction_date', width: 110, render: (date: string) => date.slice(0, 10).split('-').reverse().join('.') },
          { title: 'Номер', dataIndex: 'document_number', width: 130 },
          { title: 'Контрагент', dataIndex: 'counterparty_name', width: 240, ellipsis: true },
          { title: 'Назначение', dataIndex: 'payment_purpose', ellipsis: true },
          { title: 'Сумма', dataIndex: 'amount', width: 150, align: 'right',
            render: (amount: string, row) => <Typography.Text type={row.transaction_type === 'CREDIT' ? 'success' : undefined}>{row.transaction_type === 'DEBIT' ? '−' : '+'}{formatAmount(amount)}</Typography.Text> },
        ]}
      />
    </Flex>
  );
}
