import { Link } from 'react-router-dom';
import type { Task } from '../../api/types';
import { tr } from '../../app/preferences';
import { formatCount } from '../../ui/format';

type Links = { linked: number; opened: number; asked: number };

/** What a sync from 1C has changed about rows of bank statements; null: nothing. */
export function linksOf({ result }: Pick<Task, 'result'>): Links | null {
  const links = (result as { statements?: Links } | null)?.statements;
  return links && links.linked + links.opened + links.asked > 0 ? links : null;
}

export function StatementLinks({ task }: { task: Pick<Task, 'result'> }) {
  const links = linksOf(task);
  if (!links) return null;
  return (
    <section>
      <h2 style={{ fontSize: 16, margin: '0 0 8px' }}>{tr('Банковские выписки', 'Bank statements')}</h2>
      <ul style={{ margin: 0, paddingLeft: 20 }}>
        {links.linked > 0 && <li>{tr(`Строки, которые теперь есть и в 1С и учтены один раз: ${formatCount(links.linked)}`, `Rows that 1C has as well now and that count once: ${formatCount(links.linked)}`)}</li>}
        {links.opened > 0 && <li>{tr(`Строки, у которых больше нет пары в 1С и которые снова учтены сами: ${formatCount(links.opened)}`, `Rows that have no counterpart in 1C any more and count by themselves again: ${formatCount(links.opened)}`)}</li>}
        {links.asked > 0 && <li><Link className="linklike" to="/reconciliation?tab=matches">{tr(`Решите, один ли это платёж: ${formatCount(links.asked)}`, `Decide whether they are one payment: ${formatCount(links.asked)}`)}</Link></li>}
      </ul>
    </section>
  );
}
