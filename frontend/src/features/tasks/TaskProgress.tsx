import { Button, Flex, Modal, Skeleton } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { Link } from 'react-router-dom';
import { tr } from '../../app/preferences';
import { useMe } from '../../app/useMe';
import { useUrlState } from '../../app/useUrlState';
import type { Task } from '../../api/types';
import { askForNotices, canAskForNotices } from '../../realtime/notice';
import { Failure } from '../../ui/Failure';
import { Moves } from '../rules/Moves';
import { StatementReport } from '../statements/StatementReport';
import { DryRun } from './DryRun';
import { NextSteps } from './NextSteps';
import { RefusedRecords } from './RefusedRecords';
import { isEnded } from './status';
import { TaskActions } from './TaskActions';
import { TaskState } from './TaskState';
import { useTask } from './useTask';

type Props = {
  taskId: string;
  title?: string;
  visible: boolean;
  onClose: () => void;
  /** Once, when the task has ended, however it ended. */
  onComplete?: (task: Task) => void;
  /** False: this task is asked for every 2 s, whatever the page does otherwise. */
  useWebSocket?: boolean;
};

/** A task watched live. Closing it does not end the task. */
export default function TaskProgress({ taskId, title, visible, onClose, onComplete, useWebSocket = true }: Props) {
  const { data: task, error, refetch } = useTask(taskId, useWebSocket);
  const { data: user } = useMe();
  const [asking, setAsking] = useState(canAskForNotices);
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
          {task && user && <TaskActions task={task} user={user} onStarted={(id) => set({ watch: id })} />}
          <Button type="primary" onClick={onClose}>{tr('Закрыть', 'Close')}</Button>
        </Flex>
      }
    >
      {!task && <Failure error={error} onRetry={() => void refetch()} />}
      {task && (
        <Flex vertical gap={16}>
          <TaskState task={task} />
          {!isEnded(task.status) && asking && (
            <Button type="link" style={{ alignSelf: 'start', padding: 0 }} onClick={() => void askForNotices().then(() => setAsking(false))}>{tr('Сообщить, когда закончится', 'Tell me when it ends')}</Button>
          )}
          <NextSteps task={task} />
          <StatementReport task={task} />
          {user && <DryRun task={task} user={user} onStarted={(id) => set({ watch: id })} />}
          {user && <Moves task={task} user={user} onStarted={(id) => set({ watch: id })} />}
          <RefusedRecords task={task} />
        </Flex>
      )}
      {!task && !error && <Skeleton active paragraph={{ rows: 6 }} />}
    </Modal>
  );
}
