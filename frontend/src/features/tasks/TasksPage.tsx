import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button, Flex } from 'antd';
import { Link } from 'react-router-dom';
import type { Query } from '../../api/client';
import { tr } from '../../app/preferences';
import { can } from '../../app/rights';
import { listQuery, useUrlState } from '../../app/useUrlState';
import type { Task, TaskList, User } from '../../api/types';
import { keys } from '../../realtime/keys';
import { fetchTaskList } from '../../realtime/useLive';
import { DataTable, type Column } from '../../ui/DataTable';
import { Filters } from '../../ui/Filters';
import { formatCount, formatTime } from '../../ui/format';
import { Period } from '../../ui/Period';
import { Pick } from '../../ui/Pick';
import { SearchBox } from '../../ui/SearchBox';
import { usePhone } from '../../ui/useMedia';
import { usePeople } from '../users/usePeople';
import { tasksApi } from './api';
import { CleanUp } from './CleanUp';
import { isEnded, phaseTitle, statuses, statusTitle, tookWords } from './status';
import { Bar, StatusTag } from './TaskState';
import { useTaskTypes } from './useTask';

const PAGE = 20;
const filters = ['status', 'task_type', 'user_id', 'q', 'created_from', 'created_to'] as const;
const asRows = ({ tasks, total }: TaskList) => ({ rows: tasks, total });

export default function TasksPage({ user }: { user: User }) {
  const url = useUrlState();
  const { get, set } = url;
  const query = listQuery<Query<'/tasks'>>(get, [...filters, 'sort'], PAGE);
  const list = useQuery({ queryKey: keys.taskList(query), queryFn: () => fetchTaskList(query), placeholderData: keepPreviousData, select: asRows });
  const counts = useQuery({ queryKey: keys.counts, queryFn: tasksApi.counts });
  const types = useTaskTypes();
  const people = usePeople(user);
  const chosen = get('status');
  const phone = usePhone();
  const columns: Column<Task>[] = [
    { key: 'name', title: tr('Задача', 'Task'), render: (_, task) => <Link to={`/tasks/${task.task_id}`} className="link">{task.name}</Link> },
    { key: 'status', title: tr('Состояние', 'State'), width: 122, render: (_, task) => <StatusTag task={task} /> },
    { key: 'progress', title: tr('Выполнено', 'Done'), width: 176, render: (_, task) => (
      <>
        <Bar task={task} small />
        {!isEnded(task.status) && <div className="quiet under">{task.wait_reason ?? (task.phase ? phaseTitle(task.phase) : null)}</div>}
      </>
    ) },
    { key: 'records', title: tr('Записей', 'Records'), width: 104, align: 'right', render: (_, task) => (
      <span className="figures">{formatCount(task.processed)}{task.stats.failed > 0 && <div className="under bad">{tr('отклонено', 'refused')} {formatCount(task.stats.failed)}</div>}</span>
    ) },
    { key: 'created_at', title: tr('Создана', 'Created'), width: 172, render: (_, task) => <span className="figures">{formatTime(task.created_at)}<div className="under quiet">{tookWords(task)}</div></span> },
    ...(can.sync(user) ? [{ key: 'user', title: tr('Кто', 'Who'), width: 100, ellipsis: true, render: (_: unknown, task: Task) => people.name(task.user_id) }] : []),
    { key: 'watch', title: '', width: 92, render: (_, task) => <button type="button" className="linklike" aria-label={`${isEnded(task.status) ? tr('Итог', 'Result') : tr('Следить', 'Watch')}: ${task.name}`} onClick={() => set({ watch: task.task_id })}>{isEnded(task.status) ? tr('Итог', 'Result') : tr('Следить', 'Watch')}</button> },
  ];

  // On a phone a task is one cell, so that nothing has to be swiped.
  const compact: Column<Task>[] = [
    { key: 'task', title: tr('Задача', 'Task'), render: (_, task) => (
      <>
        <Flex justify="space-between" align="start" gap={8}><Link to={`/tasks/${task.task_id}`} className="link">{task.name}</Link><StatusTag task={task} /></Flex>
        <Bar task={task} small />
        <Flex justify="space-between" gap={8} className="under quiet figures"><span>{formatTime(task.created_at)}</span><span>{formatCount(task.processed)}</span></Flex>
      </>
    ) },
  ];

  return (
    <>
      <div className="title-row">
        <h1 className="title">{tr('Задачи', 'Tasks')}</h1>
        {can.administer(user) && (list.data?.total ?? 0) > 0 && <CleanUp />}
      </div>
      <Flex gap={6} wrap style={{ marginBottom: 12 }} role="group" aria-label={tr('Состояние', 'State')}>
        <Button size="small" aria-pressed={!chosen} type={chosen ? 'default' : 'primary'} onClick={() => set({ status: null })}>{tr('все', 'all')}</Button>
        {statuses.map((status) => (
          <Button key={status} size="small" aria-pressed={chosen === status} type={chosen === status ? 'primary' : 'default'} onClick={() => set({ status: chosen === status ? null : status })}>
            {statusTitle(status)} <span className="figures">{counts.data ? formatCount(counts.data[status]) : '·'}</span>
          </Button>
        ))}
      </Flex>
      <Filters
        count={filters.filter((name) => name !== 'status' && get(name)).length}
        onReset={() => set(Object.fromEntries(filters.map((name) => [name, null])))}
        search={<SearchBox value={get('q')} placeholder={tr('Название или номер задачи', 'Name or id of a task')} onSearch={(q) => set({ q })} />}
      >
        <Pick url={url} name="task_type" title={tr('Вид', 'Type')} options={(types.data?.task_types ?? []).map((type) => [type.name, type.title])} width={230} />
        {can.sync(user) && <Pick url={url} name="user_id" title={tr('Кто запустил', 'Started by')} options={people.options} width={160} />}
        <Period value={{ from: get('created_from'), to: get('created_to') }} onChange={({ from, to }) => set({ created_from: from, created_to: to })} />
      </Filters>
      <DataTable<Task>
        list={list}
        rowKey="task_id"
        size="middle"
        columns={phone ? compact : columns}
        url={url}
        filtered={filters.some((name) => get(name))}
        nothing={can.sync(user) ? tr('Задач ещё не было. Начните с «Синхронизация 1С».', 'There were no tasks yet. Start with “Sync with 1C”.') : tr('Вы ещё не запускали задач', 'You have not started a task yet')}
        width={phone ? 300 : can.sync(user) ? 980 : 880}
        pageSize={PAGE}
      />
    </>
  );
}
