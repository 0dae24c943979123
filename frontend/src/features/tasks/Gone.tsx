import { Flex } from 'antd';
import { Link } from 'react-router-dom';
import { tr } from '../../app/preferences';
import type { Task } from '../../api/types';
import { formatAmount, formatCount, formatDate } from '../../ui/format';

type GoneDocument = { id: number; transaction_date: string; document_number: string; amount: string; transaction_type: string };
type GoneCard = { resource: string; id: number; name: string };

const listOf = <T,>(value: unknown) => (Array.isArray(value) ? (value as T[]) : []);
const kinds: Record<string, () => string> = {
  contractors: () => tr('контрагент', 'contractor'),
  organizations: () => tr('организация', 'organization'),
  categories: () => tr('статья', 'cash-flow item'),
};
const pageOf: Record<string, string> = { contractors: '/contractors', organizations: '/organizations' };

/** The lists of a task's result; null when it made nothing inactive. */
export function goneOf(task: Task) {
  const documents = listOf<GoneDocument>(task.result?.deactivated);
  const cards = listOf<GoneCard>(task.result?.deactivated_cards);
  return documents.length + cards.length > 0 ? { documents, cards } : null;
}

/** What an import did not find in 1C any more and made inactive: documents and cards, as its result lists them (the first ones). */
export function Gone({ task }: { task: Task }) {
  const gone = goneOf(task);
  if (!gone) return null;
  const { documents, cards } = gone;
  const shown = documents.length + cards.length;
  const inAll = task.result?.deactivated_total;
  return (
    <section>
      <h2 style={{ fontSize: 16, margin: '0 0 8px' }}>{tr('Исчезло в 1С', 'Gone from 1C')}</h2>
      <div className="quiet" style={{ marginBottom: 8 }}>
        {tr('Больше не в счёт, но не удалено: вернётся в 1С, вернётся и здесь.', 'No longer counted, but not deleted: what comes back in 1C comes back here.')}
        {task.stats.deactivated > shown && ` ${tr('Показаны первые', 'Shown are the first')} ${formatCount(shown)} ${tr('из', 'of')} ${formatCount(task.stats.deactivated)}.`}
        {documents.length > 0 && <> <Link className="link" to={`/transactions?${new URLSearchParams({ changed_task_id: task.task_id, is_active: 'false' })}`}>{tr('Все эти документы', 'All these documents')}{typeof inAll === 'number' && ` (${formatCount(inAll)})`}</Link></>}
      </div>
      <Flex component="ul" vertical gap={4} style={{ listStyle: 'none', margin: 0, padding: 0, maxHeight: 320, overflowY: 'auto' }} tabIndex={0} aria-label={tr('Исчезло в 1С', 'Gone from 1C')}>
        {documents.map((row) => (
          <li key={row.id} className="figures">
            <Link className="link" to={`/transactions?open=${row.id}`}>{tr('№', 'No.')} {row.document_number} {tr('от', 'of')} {formatDate(row.transaction_date)}</Link>
            {` · ${row.transaction_type === 'CREDIT' ? tr('поступление', 'receipt') : tr('списание', 'payment')} ${formatAmount(row.amount)}`}
          </li>
        ))}
        {cards.map((card) => (
          <li key={`${card.resource}-${card.id}`}>
            {kinds[card.resource]?.() ?? card.resource}{' '}
            {pageOf[card.resource] ? <Link className="link" to={`${pageOf[card.resource]}?${new URLSearchParams({ q: card.name, open: String(card.id) })}`}>{card.name}</Link> : card.name}
          </li>
        ))}
      </Flex>
    </section>
  );
}
