import type { Transaction } from '../../api/types';
import { tr } from '../../app/preferences';
import { keys } from '../../realtime/keys';
import { useAction } from '../../ui/useAction';
import { CategorySelect } from '../categories/CategorySelect';
import { transactionsApi } from './api';

/** The category of a row, changed where it stands by those who may. A chosen one is a person's decision. */
export function CategoryCell({ row, may }: { row: Transaction; may: boolean }) {
  const { busy, run } = useAction(keys.of('transactions'));
  if (!may) return <>{row.category_name ?? '—'}</>;
  return (
    <CategorySelect
      variant="borderless"
      size="small"
      style={{ width: '100%', marginLeft: -7 }}
      disabled={busy !== null}
      aria-label={`${tr('Категория', 'Category')}: ${row.document_number ?? row.id}`}
      placeholder="—"
      title={row.category_reason ?? undefined}
      value={row.category_id}
      onChange={(category_id) => void run('category', () => transactionsApi.change(row.id, { category_id, status: category_id ? 'APPROVED' : 'NEW' }))}
    />
  );
}
