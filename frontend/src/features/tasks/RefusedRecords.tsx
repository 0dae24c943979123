import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button, Flex, Table } from 'antd';
import { useState } from 'react';
import { tr } from '../../app/preferences';
import type { RefusedRecord, Task } from '../../api/types';
import { keys } from '../../realtime/keys';
import { Failure } from '../../ui/Failure';
import { fit } from '../../ui/fit';
import { usePhone } from '../../ui/useMedia';
import { tasksApi } from './api';

const PAGE = 10;

/** What a record is told by: in 1C its key, in a statement where it stands. */
const keyTitle = (type: string) => (type === 'import_bank_statement' ? tr('Файл и строка', 'File and line') : type.startsWith('sync_') ? tr('Ключ в 1С', 'Key in 1C') : tr('Ключ', 'Key'));

/** Every record that was refused or skipped, with its reason. */
export function RefusedRecords({ task }: { task: Task }) {
  const [page, setPage] = useState(1);
  const phone = usePhone();
  const count = task.stats.failed + task.stats.skipped;
  const list = useQuery({
    queryKey: [...keys.refused(task.task_id, page), count],
    queryFn: () => tasksApi.refused(task.task_id, PAGE, (page - 1) * PAGE),
    enabled: count > 0,
    placeholderData: keepPreviousData,
  });
  const key = keyTitle(task.task_type);
  if (count === 0) return null;
  return (
    <section>
      <Flex justify="space-between" align="center" gap={8} wrap style={{ marginBottom: 8 }}>
        <h2 style={{ fontSize: 16, margin: 0 }}>{tr('Отклонённые и пропущенные записи', 'Refused and skipped records')}</h2>
        <Button size="small" href={tasksApi.refusedCsv(task.task_id)} download>{tr('Скачать CSV', 'Download CSV')}</Button>
      </Flex>
      <Failure error={list.error} onRetry={() => void list.refetch()} />
      <Table<RefusedRecord>
        rowKey={(row) => `${row.ordinal} ${row.stage} ${row.external_id}`}
        size="small"
        loading={list.isPending}
        dataSource={list.data?.errors ?? []}
        {...fit(phone, 520)}
        pagination={{ current: page, pageSize: PAGE, total: list.data?.total ?? 0, onChange: setPage, showSizeChanger: false, hideOnSinglePage: true, size: 'small' }}
        expandable={{ expandedRowRender: (row) => <pre className="plain-pre">{typeof row.record === 'string' ? row.record : JSON.stringify(row.record, null, 2)}</pre> }}
        columns={phone ? [
          { title: tr('Запись и причина', 'Record and reason'), render: (_, row) => (
            <div style={{ overflowWrap: 'anywhere' }}>
              <span className="quiet figures">№ {row.ordinal}</span> {row.message}
              {row.external_id && <div className="under quiet">{key}: {row.external_id}</div>}
            </div>
          ) },
        ] : [
          { title: '№', dataIndex: 'ordinal', width: 72, align: 'right' },
          { title: tr('Причина', 'Reason'), dataIndex: 'message' },
          { title: key, dataIndex: 'external_id', width: 160, ellipsis: true },
        ]}
      />
    </section>
  );
}
