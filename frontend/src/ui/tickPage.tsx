import { Checkbox } from 'antd';
import { createContext, useContext, type ThHTMLAttributes } from 'react';
import { tr } from '../app/preferences';

export type PageTick = { checked: boolean; some: boolean; empty: boolean; tick: (all: boolean) => void };

/** What the head's checkbox of a table shows and does. */
export const PageTickContext = createContext<PageTick | null>(null);

/**
 * A cell of a table's head. The checkbox for the whole page is put here and not given to Ant Design as a title: it copies titles
 * into a hidden row that measures the columns, where a second checkbox could get the focus.
 */
export function HeadCell(props: ThHTMLAttributes<HTMLTableCellElement>) {
  const page = useContext(PageTickContext);
  if (!page || !props.className?.includes('ant-table-selection-column')) return <th {...props} />;
  return (
    <th {...props}>
      <Checkbox aria-label={tr('Отметить все на странице', 'Tick all of this page')} checked={page.checked} indeterminate={page.some && !page.checked} disabled={page.empty} onChange={(e) => page.tick(e.target.checked)} />
    </th>
  );
}
