import { Button, Flex, Modal, Skeleton } from 'antd';
import { useEffect, useRef } from 'react';
import { Link } from 'react-router-dom';
import { tr } from '../../app/preferences';
import { useUrlState } from '../../app/useUrlState';
import type { Task, User } from '../../api/types';
import { Failure } from '../../ui/Failure';
import { RefusedRecords } from './RefusedRecords';
import { isEnded } from './status';
import { TaskActions } from './TaskActions';
import { TaskState } from './TaskState';
import { useTask } from './useTask';

type Props = {
  taskId: string;
  user: User;
  title?: string;
  visible: boolean;
  onClose: () => void;
  /** Once, when the task has ended, however it ended. */
  onComplete?: (task: Task) => void;
};

/** A task watched live. Closing it does not end the task. */
export default function TaskProgress({ taskId, user, title, visible, onClose, onComplete }: Props) {
  const { data: task, error, refetch } = useTask(taskId);
  const { set } = useUrlState();
  const told = useRef(false);
  useEffect(() => {
    if (task && isEnded(task.status) && !told.current) {
      told.current = true;
      onComplete?.(task);
    } else if (task && !isEnded(task.status)) told.current = false;
  }, [task, onComplete]);

  return (
    <Modal
      title={title ?? task?.name ?? tr('Задача', 'Task')}
      open={visible}
      onCancel={onClose}
      width={620}
      footer={
        <Flex gap={8} justify="end" align="center" wrap>
          {task && <Link to={`/tasks/${taskId}`} className="link" style={{ marginRight: 'auto' }}>{tr('Подробно', 'Details')}</Link>}
          {task && <TaskActions task={task} user={user} onStarted={(id) => set({ watch: id })} />}
          <Button type="primary" onClick={onClose}>{tr('Закрыть', 'Close')}</Button>
        </Flex>
      }
    >
      {!task && <Failure error={error} onRetry={() => void refetch()} />}
      {task && (
        <Flex vertical gap={16}>
          <TaskState task={task} />
          <RefusedRecords task={task} />
        </Flex>
      )}
      {!task && !error && <Skeleton active paragraph={{ rows: 6 }} />}
    </Modal>
  );
}
