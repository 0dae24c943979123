import { useQuery } from '@tanstack/react-query';
import { Card, Descriptions, Flex, Result, Skeleton, Timeline, Typography } from 'antd';
import { Link, useNavigate, useParams } from 'react-router-dom';
import { ApiError } from '../../api/client';
import { tr } from '../../app/preferences';
import type { Task, User } from '../../api/types';
import { keys } from '../../realtime/keys';
import { Failure } from '../../ui/Failure';
import { formatDuration, formatTime } from '../../ui/format';
import { Moves, movesOf } from '../rules/Moves';
import { reportOf } from '../statements/report';
import { StatementReport } from '../statements/StatementReport';
import { usePeople } from '../users/usePeople';
import { tasksApi } from './api';
import { paramWords } from './params';
import { DryRun, dryRunOf } from './DryRun';
import { Gone, goneOf } from './Gone';
import { HowRead } from './HowRead';
import { NextSteps } from './NextSteps';
import { readOf } from './read';
import { RefusedRecords } from './RefusedRecords';
import { linksOf, StatementLinks } from './StatementLinks';
import { eventTitle, phaseTitle, tookWords } from './status';
import { TaskActions } from './TaskActions';
import { TaskState } from './TaskState';
import { Timing } from './Timing';
import { useTask, useTaskTypes } from './useTask';

export default function TaskPage({ user }: { user: User }) {
  const { id = '' } = useParams();
  const navigate = useNavigate();
  const { data: task, error, refetch } = useTask(id);
  if (!task && error instanceof ApiError && error.problem.status === 404)
    return <Result icon={<span className="result-mark" aria-hidden="true">404</span>} title={tr('Такой задачи нет', 'There is no such task')} subTitle={tr('Её могли удалить при уборке старых задач.', 'It may have been cleared away with old tasks.')} extra={<Link to="/tasks">{tr('К задачам', 'To the tasks')}</Link>} />;
  if (!task) return error ? <Failure error={error} onRetry={() => void refetch()} /> : <Skeleton active paragraph={{ rows: 8 }} />;
  return (
    <Flex vertical gap={16}>
      <div>
        <Link to="/tasks" className="link">← {tr('Задачи', 'Tasks')}</Link>
        <Flex justify="space-between" align="start" gap={12} wrap style={{ marginTop: 8 }}>
          <h1 className="title" style={{ margin: 0 }}>{task.name}</h1>
          <Flex gap={8} wrap><TaskActions task={task} user={user} onStarted={(started) => navigate(`/tasks/${started}`)} /></Flex>
        </Flex>
      </div>
      <Card><Flex vertical gap={16}><TaskState task={task} /><NextSteps task={task} /></Flex></Card>
      {reportOf(task) && <Card><StatementReport task={task} /></Card>}
      {dryRunOf(task) && <Card><DryRun task={task} user={user} onStarted={(started) => navigate(`/tasks/${started}`)} /></Card>}
      {movesOf(task) && <Card><Moves task={task} user={user} onStarted={(started) => navigate(`/tasks/${started}`)} /></Card>}
      {linksOf(task) && <Card><StatementLinks task={task} /></Card>}
      {readOf(task) && <Card><HowRead task={task} /></Card>}
      {goneOf(task) && <Card><Gone task={task} /></Card>}
      {task.stats.failed + task.stats.skipped > 0 && <Card><RefusedRecords task={task} /></Card>}
      <div style={{ display: 'grid', gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 380px), 1fr))', gap: 16, alignItems: 'start' }}>
        <Card title={tr('Ход', 'Timeline')}><Log id={id} user={user} /></Card>
        <Card title={tr('Сведения', 'Facts')}><Facts task={task} user={user} /></Card>
      </div>
    </Flex>
  );
}

function Log({ id, user }: { id: string; user: User }) {
  const people = usePeople(user);
  const log = useQuery({ queryKey: keys.log(id), queryFn: () => tasksApi.log(id) });
  if (log.error) return <Failure error={log.error} onRetry={() => void log.refetch()} />;
  if (!log.data) return <Skeleton active />;
  return (
    <>
      <Timeline
        style={{ paddingTop: 4 }}
        items={log.data.events.map((event, i) => ({
          key: i,
          color: event.event === 'failed' ? 'red' : event.event === 'completed' ? 'green' : 'gray',
          children: (
            <>
              <div>{eventTitle(event.event)}{event.phase && <span className="quiet"> · {phaseTitle(event.phase)}</span>}</div>
              {event.message && <div>{event.message}</div>}
              <div className="quiet figures" style={{ fontSize: 13 }}>{formatTime(event.at)}{event.node && ` · ${event.node}`}{event.user_id !== null && ` · ${people.name(event.user_id)}`}</div>
            </>
          ),
        }))}
      />
      {log.data.total > log.data.events.length && <span className="quiet">{tr('Показаны первые', 'Shown are the first')} {log.data.events.length}</span>}
    </>
  );
}

function Facts({ task, user }: { task: Task; user: User }) {
  const people = usePeople(user);
  const types = useTaskTypes();
  const facts: [string, React.ReactNode][] = [
    ...paramWords(task.metadata),
    [tr('Создана', 'Created'), formatTime(task.created_at)],
    [tr('Начата', 'Started'), formatTime(task.started_at)],
    [tr('Закончена', 'Ended'), formatTime(task.completed_at)],
    [tr('Длилась', 'Took'), tookWords(task) ?? '—'],
    [tr('Запустил', 'Started by'), people.name(task.user_id)],
    ...(task.timing && Object.keys(task.timing.phases_ms).length > 0 ? [[tr('Куда ушло время', 'Where it went'), <Timing key="t" timing={task.timing} phases={types.data?.task_types.find(({ name }) => name === task.task_type)?.phases ?? []} />] as [string, React.ReactNode]] : []),
    [tr('Узел', 'Node'), task.node ?? '—'],
    [tr('Попытка', 'Attempt'), `${task.attempt} (${tr('неудачных', 'failed')}: ${task.retry_count} ${tr('из', 'of')} ${task.max_retries})`],
    [tr('Предел времени', 'Time limit'), formatDuration(task.timeout)],
    [tr('Номер', 'Id'), <Typography.Text key="id" code copyable={{ tooltips: [tr('Скопировать', 'Copy'), tr('Скопировано', 'Copied')] }} style={{ overflowWrap: 'anywhere' }}>{task.task_id}</Typography.Text>],
    ...(task.result !== null ? [[tr('Результат', 'Result'), <details key="r"><summary>{tr('показать', 'show')}</summary><pre className="plain-pre">{JSON.stringify(task.result, null, 2)}</pre></details>] as [string, React.ReactNode]] : []),
  ];
  return <Descriptions size="small" column={1} colon={false} styles={{ label: { width: 150, flex: 'none' } }} items={facts.map(([label, children]) => ({ key: label, label, children }))} />;
}
