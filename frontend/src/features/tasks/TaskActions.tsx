import { App, Button } from 'antd';
import { tr } from '../../app/preferences';
import { can } from '../../app/rights';
import type { Task, TaskType, User } from '../../api/types';
import { keys } from '../../realtime/keys';
import { useAction } from '../../ui/useAction';
import { tasksApi } from './api';
import { isEnded } from './status';
import { useTaskTypes } from './useTask';

/** Cancel, continue, start the same again: those that this person may, where they make sense. */
export function TaskActions({ task, user, onStarted }: { task: Task; user: User; onStarted: (id: string) => void }) {
  const { modal } = App.useApp();
  const { busy, run } = useAction(keys.tasks);
  const types = useTaskTypes();
  const type = types.data?.task_types.find((known) => known.name === task.task_type);

  const cancel = () =>
    void modal.confirm({
      title: tr('Отменить задачу?', 'Cancel the task?'),
      content: tr('Уже загруженное останется; продолжить можно будет с этого места.', 'What was imported stays; the task can be continued from there.'),
      okText: tr('Да, отменить', 'Yes, cancel'),
      okButtonProps: { danger: true },
      cancelText: tr('Нет', 'No'),
      onOk: () => run('cancel', () => tasksApi.cancel(task.task_id)),
    });
  const again = () => run('again', async () => onStarted((await tasksApi.start(task.task_type, paramsOf(task, type))).task_id));

  return (
    <>
      {hasFile(task) && <Button type="primary" href={tasksApi.artifact(task.task_id)} download>{tr('Скачать файл', 'Download the file')}</Button>}
      {!isEnded(task.status) && can.cancel(user, task) && (
        <Button danger disabled={task.cancel_requested} loading={busy === 'cancel'} onClick={cancel}>
          {task.cancel_requested ? tr('Отменяется…', 'Cancelling…') : tr('Отменить', 'Cancel')}
        </Button>
      )}
      {(task.status === 'failed' || task.status === 'cancelled') && can.retry(user) && (
        <Button loading={busy === 'retry'} onClick={() => void run('retry', () => tasksApi.retry(task.task_id))}>{tr('Продолжить', 'Continue')}</Button>
      )}
      {isEnded(task.status) && type && (can.sync(user) || type.user) && (
        <Button loading={busy === 'again'} onClick={() => void again()}>{tr('Запустить такую же', 'Start the same again')}</Button>
      )}
    </>
  );
}

/** The metadata shows the parameters among other things; the type's schema tells which they are. */
export function paramsOf(task: Pick<Task, 'metadata'>, type: Pick<TaskType, 'params_schema'> | undefined): Record<string, unknown> {
  const properties = (type?.params_schema.properties ?? {}) as object;
  return Object.fromEntries(Object.entries(task.metadata).filter(([name]) => Object.hasOwn(properties, name)));
}

const hasFile = ({ status, result }: Task) => status === 'completed' && typeof (result as { file?: unknown } | null)?.file === 'object';
