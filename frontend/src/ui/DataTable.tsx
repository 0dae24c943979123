import type { UseQueryResult } from '@tanstack/react-query';
import { Empty, Table, type TableColumnType } from 'antd';
import type { ReactNode } from 'react';
import { tr } from '../app/preferences';
import { PAGE, pageOf, type UrlState } from '../app/useUrlState';
import { Failure } from './Failure';
import { HeadCell, PageTickContext, type PageTick } from './tickPage';

const components = { header: { cell: HeadCell } };

export type Column<Row> = TableColumnType<Row> & { key: string };

type Props<Row extends object> = {
  list: UseQueryResult<{ rows: Row[]; total: number }>;
  rowKey: keyof Row & string;
  columns: Column<Row>[];
  url: UrlState;
  /** A filter is set: an empty table then means that nothing fits, else that there is nothing yet. */
  filtered: boolean;
  /** What to do when there is nothing yet. */
  nothing: ReactNode;
  /** The narrowest width at which all columns can be read; below it the table scrolls by itself. */
  width: number;
  pageSize?: number;
  size?: 'small' | 'middle';
  /** Of columns with `sorter`, when the address has no `sort`; "-" is descending. */
  defaultSort?: string;
  onOpen?: (row: Row) => void;
  selection?: { chosen: React.Key[]; choose: (keys: React.Key[]) => void };
};

/** A server's list: its page and order are in the address; loading, empty, nothing found and failed are all shown. */
export function DataTable<Row extends object>({ list, rowKey, columns, url: { get, set }, filtered, nothing, width, pageSize = PAGE, size = 'small', defaultSort = '', onOpen, selection }: Props<Row>) {
  const sort = get('sort') || defaultSort;
  const ordered = columns.map((column) => (column.sorter ? { ...column, sortOrder: sort === column.key ? ('ascend' as const) : sort === `-${column.key}` ? ('descend' as const) : null } : column));
  const onPage = (list.data?.rows ?? []).map((row) => row[rowKey] as React.Key);
  const ticked = new Set(selection?.chosen);
  const page: PageTick | null = selection
    ? {
        checked: onPage.length > 0 && onPage.every((key) => ticked.has(key)),
        some: onPage.some((key) => ticked.has(key)),
        empty: onPage.length === 0,
        tick: (all) => selection.choose(all ? [...new Set([...selection.chosen, ...onPage])] : selection.chosen.filter((key) => !onPage.includes(key))),
      }
    : null;
  return (
    <PageTickContext.Provider value={page}>
      <Failure error={list.error} onRetry={() => void list.refetch()} />
      <Table<Row>
        rowKey={rowKey}
        size={size}
        loading={{ spinning: list.isPending || list.isPlaceholderData, delay: 150 }}
        dataSource={list.data?.rows ?? []}
        tableLayout="fixed"
        scroll={{ x: width }}
        sortDirections={['descend', 'ascend']}
        pagination={{ current: pageOf(get), pageSize, total: list.data?.total ?? 0, showSizeChanger: false, hideOnSinglePage: true }}
        onChange={({ current = 1 }, _, sorter, { action }) => {
          if (action === 'paginate') set({ page: current > 1 ? String(current) : null });
          else if (!Array.isArray(sorter)) set({ sort: sorter.order ? (sorter.order === 'descend' ? '-' : '') + String(sorter.columnKey) : null });
        }}
        onRow={onOpen && ((row) => ({ onDoubleClick: () => onOpen(row) }))}
        rowSelection={selection && {
          selectedRowKeys: selection.chosen,
          onChange: selection.choose,
          preserveSelectedRowKeys: true,
          columnTitle: ' ',
          getCheckboxProps: (row) => ({ name: String(row[rowKey]), 'aria-label': `${tr('Отметить', 'Tick')} ${String(row[rowKey])}` }),
        }}
        locale={{ emptyText: list.isPending || list.error ? ' ' : <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={filtered ? tr('Ничего не нашлось', 'Nothing was found') : nothing} /> }}
        columns={ordered}
        components={components}
      />
    </PageTickContext.Provider>
  );
}
