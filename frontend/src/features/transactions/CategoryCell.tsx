import { useEffect, useRef, useState } from 'react';
import type { Transaction } from '../../api/types';
import { tr } from '../../app/preferences';
import { keys } from '../../realtime/keys';
import { useAction } from '../../ui/useAction';
import { useCategories } from '../categories/api';
import { CategorySelect } from '../categories/CategorySelect';
import { transactionsApi } from './api';

/** The category of a row, changed where it stands by those who may: words until it is pressed, as fifty fields draw slowly. A chosen one is a person's decision. */
export function CategoryCell({ row, may }: { row: Transaction; may: boolean }) {
  const categories = useCategories();
  const { busy, run } = useAction(keys.of('transactions'), keys.of('review'), keys.of('summary'));
  const [editing, edit] = useState(false);
  const [choice, choose] = useState<number | null>(null); // until the row says the same
  const words = useRef<HTMLButtonElement>(null);
  const left = useRef(false);
  const shut = () => {
    left.current = true;
    choose(null);
    edit(false);
  };
  useEffect(() => {
    if (choice !== null && row.category_id === choice) shut();
  }, [choice, row.category_id]);
  useEffect(() => {
    // The keyboard stays where it was, unless it has gone on.
    if (!editing && left.current && document.activeElement === document.body) words.current?.focus();
    left.current = false;
  }, [editing]);

  const suggested = row.category_id === null && categories.data?.find(({ id }) => id === row.suggested_category_id)?.name;
  const said = row.category_name ?? (suggested ? <span className="quiet">{suggested}?</span> : '—');
  if (!may) return <span title={row.category_reason ?? undefined}>{said}</span>;
  if (!editing)
    return (
      <button ref={words} type="button" className="cell-edit" aria-haspopup="listbox" title={row.category_reason ?? undefined} onClick={() => edit(true)}
        aria-label={`${tr('Категория', 'Category')}: ${row.category_name ?? (suggested ? `${suggested}?` : '—')}, ${row.document_number ?? row.id}`}>
        {said}
      </button>
    );
  const decide = async (category_id: number | null) => {
    if (category_id === null || category_id === row.category_id) return shut();
    choose(category_id);
    if (!(await run('category', () => transactionsApi.change(row.id, { category_id, status: 'APPROVED' })))) shut();
  };
  return (
    <CategorySelect
      autoFocus
      defaultOpen
      size="small"
      style={{ width: '100%' }}
      disabled={busy !== null}
      aria-label={`${tr('Категория', 'Category')}: ${row.document_number ?? row.id}`}
      value={choice ?? row.category_id}
      onChange={(id) => void decide(id)}
      onBlur={() => { if (choice === null) shut(); }}
      onKeyDown={(e) => { if (e.key === 'Escape') shut(); }}
    />
  );
}
