import { Alert, Flex, Progress, Tag } from 'antd';
import { tr } from '../../app/preferences';
import type { Task } from '../../api/types';
import { formatCount, formatDuration } from '../../ui/format';
import { advice, isDryRun, ownWords, phaseTitle, statusColor, statusTitle } from './status';

export const StatusTag = ({ task }: { task: Pick<Task, 'status'> }) => <Tag color={statusColor[task.status]} style={{ margin: 0 }}>{statusTitle(task.status)}</Tag>;

export function Bar({ task, small }: { task: Task; small?: boolean }) {
  return (
    <Progress
      percent={task.progress}
      size={small ? 'small' : 'default'}
      aria-label={tr(`Выполнено: ${task.name}`, `Done: ${task.name}`)}
      status={task.status === 'failed' ? 'exception' : task.status === 'completed' ? 'success' : task.status === 'running' ? 'active' : 'normal'}
      format={(percent) => `${percent} %`}
      style={{ margin: 0 }}
    />
  );
}

/** Where a task stands: bar, phase, speed, counters, words, and what to do when it failed. */
export function TaskState({ task }: { task: Task }) {
  const { stats } = task;
  const running = task.status === 'running';
  const words = ownWords(task);
  const dry = isDryRun(task);
  const counters: [string, number, boolean?][] = [
    dry ? [tr('появится', 'would be new'), stats.created] : [tr('создано', 'created'), stats.created],
    dry ? [tr('изменится', 'would change'), stats.updated] : [tr('обновлено', 'updated'), stats.updated],
    [task.task_type === 'import_bank_statement' ? tr('есть в 1С или уже было', 'known already') : tr('без изменений', 'unchanged'), stats.unchanged],
    ...(task.task_type.startsWith('sync_') ? [[dry ? tr('снимется: исчезло в 1С', 'would be taken out: gone from 1C') : tr('исчезло в 1С', 'gone from 1C'), stats.deactivated] as [string, number]] : []),
    [tr('пропущено', 'skipped'), stats.skipped],
    [tr('отклонено', 'refused'), stats.failed, stats.failed > 0],
  ];
  return (
    <Flex vertical gap={14}>
      <Bar task={task} />
      <Flex gap="4px 12px" wrap align="center" style={{ minHeight: 24 }}>
        <StatusTag task={task} />
        {running && task.phase && <span>{phaseTitle(task.phase)}</span>}
        {(task.total > 0 || task.processed > 0) && <span className="figures">{formatCount(task.processed)}{task.total > 0 && ` ${tr('из', 'of')} ${formatCount(task.total)}`}</span>}
        {running && task.rate !== null && task.rate > 0 && <span className="quiet figures">{formatCount(Math.round(task.rate))} {tr('в секунду', 'a second')}</span>}
        {running && task.eta_seconds !== null && <span className="quiet figures">{tr('осталось', 'left')} {formatDuration(task.eta_seconds)}</span>}
        {task.attempt > 1 && <span className="quiet">{tr('попытка', 'attempt')} {task.attempt}</span>}
      </Flex>
      <span aria-live="polite" style={{ position: 'absolute', width: 1, height: 1, overflow: 'hidden', clipPath: 'inset(50%)' }}>
        {statusTitle(task.status)}{running && `, ${Math.floor(task.progress / 10) * 10} %`}
      </span>
      {words && <div className="quiet">{words}</div>}
      {task.wait_reason && <Alert type="warning" showIcon message={task.wait_reason} />}
      {task.error && <Alert type="error" showIcon message={task.error} description={advice(task)} />}
      <dl className="counters">
        {counters.map(([title, count, loud]) => (
          <div key={title} className={loud ? 'loud' : undefined}>
            <dt>{title}</dt>
            <dd>{formatCount(count)}</dd>
          </div>
        ))}
      </dl>
    </Flex>
  );
}
