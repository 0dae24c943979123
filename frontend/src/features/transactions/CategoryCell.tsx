import type { Transaction } from '../../api/types';
import { keys } from '../../realtime/keys';
import { useAction } from '../../ui/useAction';
import { useCategories } from '../categories/api';
import { CategoryWords } from '../categories/CategoryWords';
import { transactionsApi } from './api';

/** The category of a row, or the one that is suggested; changed where it stands by those who may. A chosen one is a person's decision. */
export function CategoryCell({ row, may }: { row: Transaction; may: boolean }) {
  const categories = useCategories();
  const { run } = useAction(keys.of('transactions'), keys.of('review'), keys.of('summary'));
  const suggested = row.category_id === null && categories.data?.find(({ id }) => id === row.suggested_category_id)?.name;
  const said = row.category_name ?? (suggested ? `${suggested}?` : '—');
  const title = row.category_reason ?? undefined;
  const words = suggested ? <span className="quiet">{said}</span> : said;
  if (!may) return <span title={title}>{words}</span>;
  return (
    <CategoryWords of={row.document_number ?? String(row.id)} value={row.category_id} said={said} title={title}
      choose={(category_id) => run('category', () => transactionsApi.change(row.id, { category_id, status: 'APPROVED' }))}>
      {words}
    </CategoryWords>
  );
}
