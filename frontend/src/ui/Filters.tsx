import { Button } from 'antd';
import { useState, type ReactNode } from 'react';
import { tr } from '../app/preferences';

/** The search stands always; on a phone the other filters wait behind a button. */
export function Filters({ search, count, children, onReset }: { search: ReactNode; count: number; children: ReactNode; onReset: () => void }) {
  const [open, setOpen] = useState(false);
  return (
    <div className="filters">
      {search}
      <Button className="filters-more" aria-expanded={open} onClick={() => setOpen(!open)}>{tr('Фильтры', 'Filters')}{count > 0 && ` · ${count}`}</Button>
      <div className={open ? 'filters filters-rest open' : 'filters-rest'}>{children}</div>
      {count > 0 && <Button type="link" onClick={onReset}>{tr('Сбросить', 'Reset')}</Button>}
    </div>
  );
}
