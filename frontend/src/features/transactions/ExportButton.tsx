import { Button, Dropdown } from 'antd';
import { tr } from '../../app/preferences';
import { transactionsApi } from './api';

/** The rows that the filters choose, as a file. A link, so that the browser saves it while it comes. */
export function ExportButton({ filters }: { filters: object }) {
  const formats = [['xlsx', 'Excel (XLSX)'], ['csv', 'CSV'], ['jsonl', 'JSON Lines']] as const;
  return (
    <Dropdown trigger={['click']} menu={{ items: formats.map(([key, label]) => ({ key, label: <a href={transactionsApi.exportOf(filters, key)} download>{label}</a> })) }}>
      <Button aria-haspopup="menu">{tr('Выгрузить', 'Export')} ▾</Button>
    </Dropdown>
  );
}
