import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button, Flex, Segmented, Select, Table, Tag } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router-dom';
import type { DryRunRow } from '../../api/schema';
import type { Task, User } from '../../api/types';
import { tr } from '../../app/preferences';
import { can } from '../../app/rights';
import { keys } from '../../realtime/keys';
import { Failure } from '../../ui/Failure';
import { fit } from '../../ui/fit';
import { formatAmount, formatCount, formatDate } from '../../ui/format';
import { useAction } from '../../ui/useAction';
import { usePhone } from '../../ui/useMedia';
import { useChangeWords } from '../transactions/changes';
import { tasksApi } from './api';

const PAGE = 20;
type Action = DryRunRow['action'];
type Part = { count: number; credit: string; debit: string };
export type DryRunSummary = { created: Part; updated: Part; deactivated: Part; linked?: Part; unclear?: Part };

/** The report of a dry run that is completed; null: it was none, or has none. */
export function dryRunOf({ status, result }: Pick<Task, 'status' | 'result'>): DryRunSummary | null {
  const summary = (result as { dry_run?: Partial<DryRunSummary> } | null)?.dry_run;
  return status === 'completed' && summary?.created && summary.updated && summary.deactivated ? (summary as DryRunSummary) : null;
}

const actionTitle = (action: Action) =>
  ({ create: tr('появится', 'new'), update: tr('изменится', 'changed'), deactivate: tr('исчезнет', 'gone'), link: tr('есть в 1С', 'in 1C'), unclear: tr('неясно', 'unclear') })[action];
const actionColor: Record<Action, string> = { create: 'success', update: 'processing', deactivate: 'warning', link: 'default', unclear: 'error' };

/** What an import would have done: sums, row by row, field by field; and a button that does it. */
export function DryRun({ task, user, onStarted }: { task: Task; user: User; onStarted: (id: string) => void }) {
  const summary = dryRunOf(task);
  const [action, setAction] = useState<Action | 'all'>('all');
  const [page, setPage] = useState(1);
  const { busy, run } = useAction(keys.tasks);
  const phone = usePhone();
  const query = { ...(action !== 'all' && { action }), limit: PAGE, offset: (page - 1) * PAGE };
  const list = useQuery({ queryKey: keys.of('changes', task.task_id, query), queryFn: () => tasksApi.changes(task.task_id, query), enabled: summary !== null, placeholderData: keepPreviousData });
  if (!summary) return null;
  const { created, updated, deactivated, linked, unclear } = summary;
  const all: [Action, Part | undefined][] = [['create', created], ['update', updated], ['deactivate', deactivated], ['link', linked], ['unclear', unclear]];
  // A statement links and doubts, and takes nothing away; 1C does not link.
  const foreign = task.task_type === 'import_bank_statement' ? ['deactivate'] : ['link', 'unclear'];
  const parts = all.filter((part): part is [Action, Part] => part[1] !== undefined && (part[1].count > 0 || !foreign.includes(part[0])));
  const choices: { value: Action | 'all'; label: string }[] = [{ value: 'all', label: tr('Всё', 'All') }, ...parts.map(([value]) => ({ value, label: actionTitle(value) }))];
  const choose = (value: Action | 'all') => {
    setAction(value);
    setPage(1);
  };
  return (
    <section>
      <h2 style={{ fontSize: 16, margin: '0 0 8px' }}>{tr('Пробный запуск: что изменилось бы', 'Dry run: what would have changed')}</h2>
      <dl className="counters">
        {parts.map(([what, part]) => (
          <div key={what}>
            <dt>{actionTitle(what)}</dt>
            <dd>{formatCount(part.count)}</dd>
            <dd className="quiet" style={{ fontSize: 13 }}><span className="figures">+{formatAmount(part.credit)}</span> <span className="figures">−{formatAmount(part.debit)}</span></dd>
          </div>
        ))}
      </dl>
      <Flex justify="space-between" gap={8} wrap style={{ margin: '12px 0' }}>
        {phone ? <Select<Action | 'all'> aria-label={tr('Что показать', 'What to show')} value={action} onChange={choose} options={choices} style={{ minWidth: 160 }} /> : <Segmented<Action | 'all'> aria-label={tr('Что показать', 'What to show')} value={action} onChange={choose} options={choices} />}
        {can.sync(user) && <Button type="primary" loading={busy === 'apply'} onClick={() => void run('apply', async () => onStarted((await tasksApi.apply(task.task_id)).task_id))}>{tr('Применить', 'Apply')}</Button>}
      </Flex>
      <Failure error={list.error} onRetry={() => void list.refetch()} />
      <Table<DryRunRow>
        rowKey={(row) => `${row.resource} ${row.external_id}`}
        size="small"
        loading={list.isPending}
        dataSource={list.data?.changes ?? []}
        {...fit(phone, 560)}
        pagination={{ current: page, pageSize: PAGE, total: list.data?.total ?? 0, onChange: setPage, showSizeChanger: false, hideOnSinglePage: true, size: 'small' }}
        columns={phone ? [
          { title: tr('Что', 'What'), render: (_, row) => (
            <>
              <Flex justify="space-between" gap={8} wrap><span>{kind(row)} {day(row)}</span>{amount(row)}</Flex>
              <div style={{ overflowWrap: 'anywhere' }}><What row={row} /></div>
            </>
          ) },
        ] : [
          { title: '', width: 110, render: (_, row) => kind(row) },
          { title: tr('Дата', 'Date'), width: 104, render: (_, row) => day(row) },
          { title: tr('Что', 'What'), render: (_, row) => <What row={row} /> },
          { title: tr('Сумма', 'Amount'), width: 140, align: 'right', render: (_, row) => amount(row) },
        ]}
      />
    </section>
  );
}

const kind = ({ action }: DryRunRow) => <Tag color={actionColor[action]} style={action === 'unclear' ? { color: 'var(--bad)' } : undefined}>{actionTitle(action)}</Tag>;
const day = (row: DryRunRow) => <span className="figures">{formatDate(row.transaction_date)}</span>;
const amount = (row: DryRunRow) => row.amount !== null && <span className="figures">{row.transaction_type === 'DEBIT' ? '−' : '+'}{formatAmount(row.amount)}</span>;
/** Every field of a balance is a sum. */
const sums = (changes: NonNullable<DryRunRow['changes']>) => {
  const sum = (value: unknown) => (typeof value === 'string' ? formatAmount(value) : value);
  return changes.map(({ field, old, new: now }) => ({ field, old: sum(old), new: sum(now) }));
};
function What({ row }: { row: DryRunRow }) {
  const inWords = useChangeWords();
  return (
    <>
      {row.resource === 'statement_balances' && tr('Остатки и обороты счёта ', 'Balances of account ')}
      {row.title ?? row.external_id}
      {row.action === 'link' && row.id !== null && <div><Link className="linklike" to={`/transactions?open=${row.id}&is_active=all`}>{tr('Этот платёж уже есть из 1С', '1C has this payment already')}</Link></div>}
      {row.action === 'unclear' && <div className="quiet">{doubt(row.changes?.[0]?.new)}</div>}
      {(row.action === 'update' || row.action === 'create') && inWords(row.resource === 'statement_balances' ? sums(row.changes ?? []) : row.changes ?? []).map(({ field, title, was, is }) => <div key={field} className="quiet" style={{ overflowWrap: 'anywhere' }}>{title}: {row.action === 'update' && <><s>{was}</s> → </>}{is}</div>)}
    </>
  );
}

const doubt = (reason: unknown) =>
  ({
    several: tr('В 1С несколько таких строк: после загрузки решите, которая из них', '1C has several such rows: decide after the import which one it is'),
    shared: tr('В выписках несколько таких строк, а в 1С на всех одна: решите после загрузки', 'Statements have several such rows, and 1C has one: decide after the import'),
    sum_only: tr('В 1С есть строка с той же суммой, но ни номер, ни ИНН не совпали: решите после загрузки', '1C has a row with the same sum, but neither number nor INN agree: decide after the import'),
  })[String(reason)] ?? tr('Возможно, этот платёж уже есть из 1С', '1C may have this payment already');
