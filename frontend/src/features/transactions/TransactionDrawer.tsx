import { useQuery } from '@tanstack/react-query';
import { Alert, Descriptions, Drawer, Skeleton } from 'antd';
import { Link } from 'react-router-dom';
import { tr } from '../../app/preferences';
import type { Transaction, User } from '../../api/types';
import { can } from '../../app/rights';
import { keys } from '../../realtime/keys';
import { Failure } from '../../ui/Failure';
import { formatAmount, formatDate, formatTime, operationWords } from '../../ui/format';
import { usePhone } from '../../ui/useMedia';
import { transactionsApi } from './api';
import { DecisionForm } from './DecisionForm';
import { FoundBy } from './FoundBy';
import { RowHistory } from './RowHistory';
import { fieldTitles, importTitle, sourceTitle, stateTitle, typeTitle } from './fields';

/** All fields of one row, and where it came from. */
export function TransactionDrawer({ id, user, onClose }: { id: string; user: User; onClose: () => void }) {
  const found = useQuery({ queryKey: keys.of('transactions', 'one', id), queryFn: () => transactionsApi.one(id) });
  const row = found.data;
  const label = { width: usePhone() ? 128 : 170, flex: 'none' }; // a whole account number stands beside it
  return (
    <Drawer open title={row ? `${typeTitle(row.transaction_type)} · ${sourceTitle(row.payment_source)}` : tr('Операция', 'Transaction')} width={520} onClose={onClose} styles={{ wrapper: { maxWidth: '100vw' } }}>
      <Failure error={found.error} onRetry={() => void found.refetch()} />
      {!row && !found.error && <Skeleton active paragraph={{ rows: 10 }} />}
      {row && (
        <>
          {!row.is_active && (row.source === 'bank'
            ? <Alert type="info" showIcon style={{ marginBottom: 12 }} message={tr('Не учитывается в суммах: этот платёж есть и в 1С, и учитывается оттуда.', 'Not in the sums: 1C has this payment too, and it counts from there.')} />
            : <Alert type="warning" showIcon style={{ marginBottom: 12 }} message={tr('В 1С этого документа больше нет (удалён или не проведён).', 'This document is no longer in 1C (deleted or not posted).')} />)}
          <Descriptions size="small" column={1} colon={false} styles={{ label }} items={fieldTitles().filter(([name]) => row[name] !== null && row[name] !== undefined && row[name] !== '').map(([name, label]) => ({ key: name, label, children: text(row, name) }))} />
          {can.sync(user) && <DecisionForm key={row.id} row={row} />}
          <h2 style={{ fontSize: 16, margin: '20px 0 8px' }}>{tr('Откуда', 'Where from')}</h2>
          <Descriptions size="small" column={1} colon={false} styles={{ label }} items={[
            { key: 'from', label: tr('Источник', 'Source'), children: importTitle(String(row.import_source ?? row.source)) },
            { key: 'key', label: tr('Ключ', 'Key'), children: <code style={{ overflowWrap: 'anywhere' }}>{row.external_id}</code> },
            { key: 'created', label: tr('Загружена', 'Imported'), children: <From task={row.created_task_id} at={row.created_at as string} /> },
            { key: 'changed', label: tr('Изменена', 'Changed'), children: <From task={row.changed_task_id} at={row.updated_at as string} /> },
          ]} />
          <RowHistory id={row.id} />
        </>
      )}
    </Drawer>
  );
}

const From = ({ task, at }: { task: string | null; at: string }) => <span className="figures">{task ? <Link to={`/tasks/${task}`} className="link">{formatTime(at)}</Link> : formatTime(at)}</span>;

/** Midnight is what is written when only the day is known. */
const timeOf = (local: string) => (local.slice(11, 16) === '00:00' ? '' : local.slice(11, 16));

function text(row: Transaction, name: keyof Transaction) {
  const value = row[name];
  if (name === 'amount' || name === 'vat_amount') return <span className="figures">{formatAmount(String(value))}</span>;
  if (name === 'transaction_date') return <span className="figures">{formatDate(String(value))} {timeOf(String(value))}</span>;
  if (name === 'document_date') return formatDate(String(value));
  if (name === 'business_operation') return <span title={String(value)}>{operationWords(String(value))}</span>;
  if (name === 'category_reason') return <>{String(value)} <FoundBy row={row} /></>;
  if (name === 'status') return stateTitle(String(value));
  if (name === 'category_confidence') return `${Math.round(Number(value) * 100)} %`;
  return String(value);
}
