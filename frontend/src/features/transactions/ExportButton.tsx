import { Button, Dropdown } from 'antd';
import { tr } from '../../app/preferences';
import { useUrlState } from '../../app/useUrlState';
import { keys } from '../../realtime/keys';
import { useAction } from '../../ui/useAction';
import { transactionsApi } from './api';

/** Above this a workbook takes so long that it is made by a task, which can be watched and left alone. */
const LARGE = 50_000;

/** The rows that the filters choose, as a file. A link, so that the browser saves it while it comes. */
export function ExportButton({ filters, total }: { filters: object; total: number }) {
  const { set } = useUrlState();
  const { busy, run } = useAction(keys.tasks);
  const start = () => void run('export', async () => set({ watch: (await transactionsApi.exportAsTask(filters, 'xlsx')).task_id }));
  const link = (format: 'csv' | 'xlsx' | 'jsonl', title: string) => ({ key: format, label: <a href={transactionsApi.exportOf(filters, format)} download>{title}</a> });
  const items = [
    total > LARGE ? { key: 'xlsx', label: tr('Excel (XLSX), готовится в фоне', 'Excel (XLSX), made in the background'), onClick: start } : link('xlsx', 'Excel (XLSX)'),
    link('csv', 'CSV'),
    link('jsonl', 'JSON Lines'),
  ];
  return (
    <Dropdown trigger={['click']} menu={{ items }}>
      <Button aria-haspopup="menu" loading={busy !== null}>{tr('Выгрузить', 'Export')} ▾</Button>
    </Dropdown>
  );
}
