import { Alert, Button, Empty, Progress, Table, Tag } from 'antd';
import type { Task } from '../../api/types';
import { formatCount, formatTime, statusColor, statusTitle } from './format';
import { useTasks } from './useTasks';

export function TaskTable({ onOpen }: { onOpen: (taskId: string) => void }) {
  const tasks = useTasks();
  if (tasks.error && !tasks.data) return <Alert type="error" showIcon message={tasks.error.message} />;
  return (
    <Table<Task>
      rowKey="task_id"
      size="middle"
      loading={tasks.isPending}
      dataSource={tasks.data?.tasks ?? []}
      pagination={{ pageSize: 20, hideOnSinglePage: true }}
      scroll={{ x: 640 }}
      locale={{ emptyText: <Empty description="Задач ещё не было. Начните с «Синхронизация 1С»." /> }}
      columns={[
        { title: 'Задача', dataIndex: 'name', render: (name: string, task) => <Button type="link" style={{ padding: 0, height: 'auto', whiteSpace: 'normal', textAlign: 'left' }} onClick={() => onOpen(task.task_id)}>{name}</Button> },
        { title: 'Состояние', width: 130, render: (_, task) => <Tag color={statusColor[task.status]}>{statusTitle[task.status]}</Tag> },
        { title: 'Выполнено', width: 190, render: (_, task) => <Progress percent={task.progress} size="small" aria-label={`Выполнено: ${task.name}`} status={task.status === 'failed' ? 'exception' : undefined} /> },
        { title: 'Записей', width: 110, align: 'right', render: (_, task) => formatCount(task.processed) },
        { title: 'Начата', width: 180, render: (_, task) => formatTime(task.started_at ?? task.created_at) },
      ]}
    />
  );
}
