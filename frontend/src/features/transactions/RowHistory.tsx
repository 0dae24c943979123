import { useQuery } from '@tanstack/react-query';
import { Skeleton, Timeline } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router-dom';
import { tr } from '../../app/preferences';
import { keys } from '../../realtime/keys';
import { Failure } from '../../ui/Failure';
import { formatTime } from '../../ui/format';
import { transactionsApi } from './api';
import { useChangeWords } from './changes';

const HANDFUL = 20;

type History = Awaited<ReturnType<typeof transactionsApi.history>>;
type Change = History['history'][number];

/** What changed a row, newest first: which task or person, which fields, from what to what; last, where it came from. */
export function RowHistory({ id }: { id: number }) {
  const [limit, setLimit] = useState(HANDFUL);
  const history = useQuery({ queryKey: keys.of('transactions', 'history', id, limit), queryFn: () => transactionsApi.history(id, limit) });
  const found = history.data;
  return (
    <section>
      <h2 style={{ fontSize: 16, margin: '20px 0 12px' }}>{tr('История', 'History')}</h2>
      <Failure error={history.error} onRetry={() => void history.refetch()} />
      {history.isPending && <Skeleton active />}
      {found && (
        <>
          <Timeline
            items={[
              ...found.history.map((change, i) => ({ key: i, color: change.user_id === null ? 'gray' : 'green', children: <Event change={change} kind={found.source.kind} /> })),
              ...(found.total <= found.history.length ? [{ key: 'origin', color: 'gray', children: <Origin found={found} /> }] : []),
            ]}
          />
          {found.total > found.history.length && <button type="button" className="linklike" onClick={() => setLimit(limit + 5 * HANDFUL)}>{tr('Показать ещё', 'Show more')}</button>}
        </>
      )}
    </section>
  );
}

function Event({ change, kind }: { change: Change; kind: string | null }) {
  const inWords = useChangeWords();
  return (
    <>
      <div>{headline(change, kind)}</div>
      {inWords(change.changes.filter(({ field }) => field !== 'is_active')).map(({ field, title, was, is }) => (
        <div key={field} style={{ overflowWrap: 'anywhere' }}>{title}: <s className="quiet">{was}</s> → {is}</div>
      ))}
      <When at={change.at} task={change.task_id} more={change.username} />
    </>
  );
}

const Origin = ({ found: { source, created } }: { found: History }) => (
  <>
    <div>{tr('загружена', 'imported')}</div>
    {source.document && <div style={{ overflowWrap: 'anywhere' }}>{source.document}</div>}
    {source.file && <div style={{ overflowWrap: 'anywhere' }}>{source.file}, {tr('строка', 'line')} <span className="figures">{source.line}</span></div>}
    {source.base && <div className="quiet" style={{ overflowWrap: 'anywhere' }}>{source.base}</div>}
    <When at={created.at} task={created.task_id} more={null} />
  </>
);

const When = ({ at, task, more }: { at: string; task: string | null; more: string | null }) => (
  <div className="quiet figures" style={{ fontSize: 13 }}>
    {task ? <Link className="link" to={`/tasks/${task}`}>{formatTime(at)}</Link> : formatTime(at)}{more && ` · ${more}`}
  </div>
);

function headline({ user_id, changes }: Change, kind: string | null) {
  const active = changes.find(({ field }) => field === 'is_active');
  if (changes.some(({ field }) => field === 'same_as' || field === 'different_from')) return tr('решено, тот ли это платёж', 'decided whether it is the same payment');
  // A row of a statement leaves the sums when 1C has the payment, and comes back when 1C loses it.
  if (active && (user_id !== null || kind === 'bank')) return active.new === true ? tr('снова учитывается', 'counts again') : tr('не учитывается: платёж есть в 1С', 'does not count: 1C has the payment');
  if (active) return active.new === true ? tr('вернулась у источника', 'came back at the source') : tr('исчезла у источника', 'gone at the source');
  if (user_id !== null) return tr('изменена человеком', 'changed by a person');
  return changes.every(({ field }) => field === 'status' || field.startsWith('category') || field === 'suggested_category_id') ? tr('определена категория', 'classified') : tr('изменена у источника', 'changed at the source');
}
