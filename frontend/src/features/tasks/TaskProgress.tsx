import { Alert, App, Button, Descriptions, Flex, Modal, Progress, Skeleton, Typography } from 'antd';
import { useEffect, useRef } from 'react';
import { api } from '../../api/client';
import type { Task } from '../../api/types';
import { formatCount, formatDuration, isEnded, statusTitle } from './format';
import { useTask } from './useTask';

type Props = {
  taskId: string;
  visible: boolean;
  onClose: () => void;
  /** Once, when the task has ended, however it ended. */
  onComplete?: (task: Task) => void;
};

/** A task watched live. Closing it does not end the task. */
export function TaskProgress({ taskId, visible, onClose, onComplete }: Props) {
  const task = useTask(taskId);
  const { message, modal } = App.useApp();
  const told = useRef(false);
  useEffect(() => {
    if (task && isEnded(task.status) && !told.current) {
      told.current = true;
      onComplete?.(task);
    }
  }, [task, onComplete]);

  const ask = (title: string, action: () => Promise<unknown>) =>
    void modal.confirm({ title, okText: 'Да', cancelText: 'Нет', onOk: () => action().catch((failure: Error) => void message.error(failure.message)) });

  return (
    <Modal title={task?.name ?? 'Задача'} open={visible} onCancel={onClose} footer={task && <Footer task={task} ask={ask} onClose={onClose} />}>
      {task ? <Body task={task} /> : <Skeleton active />}
    </Modal>
  );
}

function Footer({ task, ask, onClose }: { task: Task; ask: (title: string, action: () => Promise<unknown>) => void; onClose: () => void }) {
  return (
    <Flex gap={8} justify="end" wrap>
      {!isEnded(task.status) && (
        <Button danger disabled={task.cancel_requested} onClick={() => ask('Отменить задачу? Уже загруженное останется.', () => api.cancel(task.task_id))}>
          {task.cancel_requested ? 'Отменяется…' : 'Отменить'}
        </Button>
      )}
      {(task.status === 'failed' || task.status === 'cancelled') && (
        <Button onClick={() => ask('Продолжить с того места, где остановилась?', () => api.retry(task.task_id))}>Продолжить</Button>
      )}
      <Button type="primary" onClick={onClose}>
        Закрыть
      </Button>
    </Flex>
  );
}

function Body({ task }: { task: Task }) {
  const { stats } = task;
  const moving = task.status === 'running' && task.rate !== null;
  return (
    <Flex vertical gap={12}>
      <Progress percent={task.progress} aria-label="Выполнено" status={task.status === 'failed' ? 'exception' : task.status === 'completed' ? 'success' : task.status === 'running' ? 'active' : 'normal'} />
      <Typography.Text aria-live="polite">
        {statusTitle[task.status]}
        {task.total > 0 && ` · ${formatCount(task.processed)} из ${formatCount(task.total)}`}
        {moving && ` · ${formatCount(Math.round(task.rate!))} в секунду`}
        {moving && task.eta_seconds !== null && ` · осталось ${formatDuration(task.eta_seconds)}`}
      </Typography.Text>
      {task.message && <Typography.Text type="secondary">{task.message}</Typography.Text>}
      {task.wait_reason && <Alert type="warning" showIcon message={task.wait_reason} />}
      {task.error && <Alert type="error" showIcon message={task.error} description={task.error_code} />}
      <Descriptions size="small" column={2} bordered
        items={[
          { key: 'created', label: 'создано', children: formatCount(stats.created) },
          { key: 'updated', label: 'обновлено', children: formatCount(stats.updated) },
          { key: 'unchanged', label: 'без изменений', children: formatCount(stats.unchanged) },
          { key: 'deactivated', label: 'исчезло в 1С', children: formatCount(stats.deactivated) },
          { key: 'skipped', label: 'пропущено', children: formatCount(stats.skipped) },
          { key: 'failed', label: 'отклонено', children: formatCount(stats.failed) },
        ]}
      />
      {stats.failed + stats.skipped > 0 && (
        <a href={`/api/v1/tasks/${task.task_id}/errors?format=csv`} download>
          Отклонённые и пропущенные записи (CSV)
        </a>
      )}
    </Flex>
  );
}
