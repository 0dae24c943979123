import { Button, Checkbox, Flex, Popover } from 'antd';
import { useState } from 'react';
import { tr } from '../app/preferences';
import type { Column } from './DataTable';

function stored(key: string, hiddenAtFirst: string[]): string[] {
  try {
    const names = JSON.parse(localStorage.getItem(key) ?? '') as unknown;
    return Array.isArray(names) ? names.map(String) : hiddenAtFirst;
  } catch {
    return hiddenAtFirst; // never chosen, or storage is forbidden
  }
}

/** Which columns of a table are shown, as chosen in this browser. `fixed` is always there. */
export function useColumns<Row>(table: string, columns: Column<Row>[], hiddenAtFirst: string[], fixed: string) {
  const key = `obmen.${table}.hidden`;
  const [hidden, setHidden] = useState(() => stored(key, hiddenAtFirst));
  const choose = (shown: string[]) => {
    const next = columns.map((column) => column.key).filter((name) => name !== fixed && !shown.includes(name));
    setHidden(next);
    try {
      localStorage.setItem(key, JSON.stringify(next));
    } catch {
      // Kept for this visit only.
    }
  };
  const shown = columns.filter((column) => !hidden.includes(column.key));
  const chooser = (
    <Popover
      trigger="click"
      placement="bottomRight"
      content={
        <Checkbox.Group value={shown.map((column) => column.key)} onChange={choose}>
          <Flex vertical gap={6}>
            {columns.filter((column) => column.title).map((column) => <Checkbox key={column.key} value={column.key} disabled={column.key === fixed}>{column.title as string}</Checkbox>)}
          </Flex>
        </Checkbox.Group>
      }
    >
      <Button>{tr('Колонки', 'Columns')}</Button>
    </Popover>
  );
  return { shown, chooser };
}
