import { useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { useState } from 'react';
import { api } from '../../api/client';
import { tr } from '../../app/preferences';
import { can } from '../../app/rights';
import type { Json, Task, User } from '../../api/types';
import { keys } from '../../realtime/keys';
import { isEnded } from './status';

/** Cancel, continue, start the same again: those that this person may, where they make sense. */
export function TaskActions({ task, user, onStarted }: { task: Task; user: User; onStarted: (id: string) => void }) {
  const { message, modal } = App.useApp();
  const queryClient = useQueryClient();
  const [busy, setBusy] = useState<string | null>(null);
  const types = useQuery({ queryKey: keys.types, queryFn: api.taskTypes, staleTime: Infinity });
  const type = types.data?.task_types.find((known) => known.name === task.task_type);

  const run = async (what: string, action: () => Promise<unknown>) => {
    setBusy(what);
    try {
      await action();
    } catch (failure) {
      void message.error((failure as Error).message);
    } finally {
      setBusy(null);
      void queryClient.invalidateQueries({ queryKey: keys.tasks });
    }
  };
  const cancel = () =>
    void modal.confirm({
      title: tr('Отменить задачу?', 'Cancel the task?'),
      content: tr('Уже загруженное останется; продолжить можно будет с этого места.', 'What was imported stays; the task can be continued from there.'),
      okText: tr('Да, отменить', 'Yes, cancel'),
      okButtonProps: { danger: true },
      cancelText: tr('Нет', 'No'),
      onOk: () => run('cancel', () => api.cancel(task.task_id)),
    });
  const again = () => run('again', async () => onStarted((await api.start(task.task_type, paramsOf(task, type?.params_schema.properties))).task_id));

  return (
    <>
      {!isEnded(task.status) && can.cancel(user, task) && (
        <Button danger disabled={task.cancel_requested} loading={busy === 'cancel'} onClick={cancel}>
          {task.cancel_requested ? tr('Отменяется…', 'Cancelling…') : tr('Отменить', 'Cancel')}
        </Button>
      )}
      {(task.status === 'failed' || task.status === 'cancelled') && can.retry(user) && (
        <Button loading={busy === 'retry'} onClick={() => void run('retry', () => api.retry(task.task_id))}>{tr('Продолжить', 'Continue')}</Button>
      )}
      {isEnded(task.status) && type && (can.sync(user) || type.user) && (
        <Button loading={busy === 'again'} onClick={() => void again()}>{tr('Запустить такую же', 'Start the same again')}</Button>
      )}
    </>
  );
}

/** The metadata shows the parameters among other things; the type's schema tells which they are. */
export function paramsOf(task: Pick<Task, 'metadata'>, properties: Record<string, Json> | undefined): Record<string, Json> {
  return Object.fromEntries(Object.entries(task.metadata).filter(([name]) => properties && Object.hasOwn(properties, name)));
}
