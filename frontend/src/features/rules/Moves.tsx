import { Button, Flex, Table } from 'antd';
import { Link } from 'react-router-dom';
import type { Task, User } from '../../api/types';
import { tr } from '../../app/preferences';
import { can } from '../../app/rights';
import { keys } from '../../realtime/keys';
import { fit } from '../../ui/fit';
import { formatAmount, formatCount, formatDate } from '../../ui/format';
import { useAction } from '../../ui/useAction';
import { usePhone } from '../../ui/useMedia';
import { useCategories } from '../categories/api';
import { tasksApi } from '../tasks/api';
import { percent } from './words';

type Sides = { from_category_id: number | null; from_suggested: boolean; to_category_id: number | null; to_suggested: boolean };
type Move = Sides & { count: number; credit: string; debit: string };
type Row = Sides & { id: number; transaction_date: string; amount: string; transaction_type: string; payment_purpose: string | null; confidence: number; reason: string | null };
type Report = { dry_run: boolean; kept_by_people: number; same_category?: number; moves: Move[]; transactions?: Row[] };

/** What classifying again has changed, or would; null while it is under way, and for tasks of another kind. */
export function movesOf({ task_type, status, result }: Pick<Task, 'task_type' | 'status' | 'result'>): Report | null {
  return task_type === 'reclassify_transactions' && status === 'completed' && Array.isArray(result?.moves) ? (result as unknown as Report) : null;
}

/** From which category to which, how many and how much; of a dry run also the first rows, and a button that does it. */
export function Moves({ task, user, onStarted }: { task: Task; user: User; onStarted: (id: string) => void }) {
  const report = movesOf(task);
  const categories = useCategories();
  const { busy, run } = useAction(keys.tasks);
  const phone = usePhone();
  if (!report) return null;
  const { dry_run, kept_by_people, same_category = 0, moves, transactions = [] } = report;
  const side = (id: number | null, suggested: boolean) => {
    if (id === null) return <span className="quiet">{tr('без категории', 'no category')}</span>;
    const name = categories.data?.find((category) => category.id === id)?.path ?? tr(`категория № ${id}`, `category No. ${id}`);
    return suggested ? <>{name} <span className="quiet">({tr('предложена', 'suggested')})</span></> : name;
  };
  const way = (m: Sides) => (
    <span style={{ overflowWrap: 'anywhere' }}>
      {side(m.from_category_id, m.from_suggested)} → {m.from_category_id === m.to_category_id && m.from_suggested === m.to_suggested
        ? <span className="quiet">{tr('та же; другая причина или уверенность', 'the same; another reason or confidence')}</span>
        : side(m.to_category_id, m.to_suggested)}
    </span>
  );
  const count = (m: Move) => <span className="figures">{formatCount(m.count)}</span>;
  const credit = (m: Move) => <span className="figures">{m.credit === '0.00' ? '' : `+${formatAmount(m.credit)}`}</span>;
  const debit = (m: Move) => <span className="figures">{m.debit === '0.00' ? '' : `−${formatAmount(m.debit)}`}</span>;
  const day = (row: Row) => <Link className="link figures" to={`/transactions?open=${row.id}&is_active=all`}>{formatDate(row.transaction_date)}</Link>;
  const why = (row: Row) => <>{row.payment_purpose ?? '—'}<div className="quiet">{way(row)}{row.to_category_id !== null && `, ${percent(row.confidence)}`}</div>{row.reason && <div className="quiet">{row.reason}</div>}</>;
  const amount = (row: Row) => <span className="figures">{row.transaction_type === 'DEBIT' ? '−' : '+'}{formatAmount(row.amount)}</span>;
  const apply = () => void run('apply', async () => onStarted((await tasksApi.apply(task.task_id)).task_id));
  return (
    <section>
      <h2 style={{ fontSize: 16, margin: '0 0 8px' }}>{dry_run ? tr('Пробный пересчёт: что изменилось бы', 'Dry run: what would change') : tr('Что изменилось', 'What has changed')}</h2>
      {kept_by_people > 0 && <div className="quiet">{tr('Решено людьми, не меняется:', 'Decided by people, kept:')} <span className="figures">{formatCount(kept_by_people)}</span></div>}
      {same_category > 0 && <div className="quiet">{tr('Категория та же, другая причина или уверенность:', 'The same category, another reason or confidence:')} <span className="figures">{formatCount(same_category)}</span></div>}
      {moves.length === 0 && <div>{tr('Ни одна категория не меняется: правила говорят то же, что записано.', 'No category changes: the rules say what is there already.')}</div>}
      {moves.length > 0 && (
        <Table<Move>
          rowKey={(m) => `${m.from_category_id} ${m.from_suggested} ${m.to_category_id} ${m.to_suggested}`}
          size="small"
          {...fit(phone, 520)}
          pagination={{ pageSize: 20, showSizeChanger: false, hideOnSinglePage: true, size: 'small' }}
          dataSource={[...moves].sort((a, b) => b.count - a.count)}
          columns={phone ? [
            { title: tr('Было → станет', 'Was → becomes'), render: (_, m) => (
              <>
                {way(m)}
                <dl className="figures-list under">
                  <div><dt>{tr('Операций', 'Transactions')}</dt><dd>{count(m)}</dd></div>
                  {m.credit !== '0.00' && <div><dt>{tr('Поступления', 'Receipts')}</dt><dd>{credit(m)}</dd></div>}
                  {m.debit !== '0.00' && <div><dt>{tr('Списания', 'Payments')}</dt><dd>{debit(m)}</dd></div>}
                </dl>
              </>
            ) },
          ] : [
            { title: tr('Было → станет', 'Was → becomes'), render: (_, m) => way(m) },
            { title: tr('Операций', 'Transactions'), width: 110, align: 'right', render: (_, m) => count(m) },
            { title: tr('Поступления', 'Receipts'), width: 150, align: 'right', render: (_, m) => credit(m) },
            { title: tr('Списания', 'Payments'), width: 150, align: 'right', render: (_, m) => debit(m) },
          ]}
        />
      )}
      {dry_run && moves.length + same_category > 0 && can.sync(user) && (
        <Flex style={{ margin: '12px 0' }}><Button type="primary" loading={busy === 'apply'} onClick={apply}>{tr('Применить', 'Apply')}</Button></Flex>
      )}
      {transactions.length > 0 && (
        <details>
          <summary>{tr(`Первые из них: ${formatCount(transactions.length)}`, `The first of them: ${formatCount(transactions.length)}`)}</summary>
          <Table<Row>
            rowKey="id"
            size="small"
            {...fit(phone, 620)}
            pagination={{ pageSize: 10, showSizeChanger: false, hideOnSinglePage: true, size: 'small' }}
            dataSource={transactions}
            columns={phone ? [
              { title: tr('Назначение и причина', 'Purpose and reason'), render: (_, row) => (
                <div style={{ overflowWrap: 'anywhere' }}>
                  <Flex justify="space-between" gap={8}>{day(row)}{amount(row)}</Flex>
                  {why(row)}
                </div>
              ) },
            ] : [
              { title: tr('Дата', 'Date'), width: 104, render: (_, row) => day(row) },
              { title: tr('Назначение и причина', 'Purpose and reason'), render: (_, row) => why(row) },
              { title: tr('Сумма', 'Amount'), width: 140, align: 'right', render: (_, row) => amount(row) },
            ]}
          />
        </details>
      )}
    </section>
  );
}
