import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button, Empty, Flex, Select, Table } from 'antd';
import { Link } from 'react-router-dom';
import { api } from '../../api/client';
import { tr } from '../../app/preferences';
import { can } from '../../app/rights';
import { apiQuery, pageOf, useUrlState } from '../../app/useUrlState';
import type { Task, User } from '../../api/types';
import { keys } from '../../realtime/keys';
import { fetchTaskList } from '../../realtime/useLive';
import { Failure } from '../../ui/Failure';
import { Filters } from '../../ui/Filters';
import { formatCount, formatTime } from '../../ui/format';
import { Period } from '../../ui/Period';
import { SearchBox } from '../../ui/SearchBox';
import { statuses, statusTitle } from './status';
import { Bar, StatusTag } from './TaskState';

const PAGE = 20;
const filters = ['status', 'task_type', 'user_id', 'q', 'created_from', 'created_to'];

export default function TasksPage({ user }: { user: User }) {
  const { get, set } = useUrlState();
  const query = apiQuery(get, filters, PAGE);
  const list = useQuery({ queryKey: keys.taskList(query), queryFn: () => fetchTaskList(query), placeholderData: keepPreviousData });
  const counts = useQuery({ queryKey: keys.counts, queryFn: api.taskCounts });
  const types = useQuery({ queryKey: keys.types, queryFn: api.taskTypes, staleTime: Infinity });
  const users = useQuery({ queryKey: ['users', 'all'], queryFn: () => api.users('limit=500'), enabled: can.administer(user), staleTime: 60_000 });
  const filtered = filters.some((name) => get(name));
  const chosen = get('status');

  return (
    <>
      <h1 className="title">{tr('Задачи', 'Tasks')}</h1>
      <Flex gap={6} wrap style={{ marginBottom: 12 }} role="group" aria-label={tr('Состояние', 'State')}>
        <Button size="small" aria-pressed={!chosen} type={chosen ? 'default' : 'primary'} onClick={() => set({ status: null })}>{tr('все', 'all')}</Button>
        {statuses.map((status) => (
          <Button key={status} size="small" aria-pressed={chosen === status} type={chosen === status ? 'primary' : 'default'} onClick={() => set({ status: chosen === status ? null : status })}>
            {statusTitle(status)} <span className="figures">{counts.data ? formatCount(counts.data[status]) : '·'}</span>
          </Button>
        ))}
      </Flex>
      <Filters
        count={filters.filter((name) => get(name)).length}
        onReset={() => set(Object.fromEntries(filters.map((name) => [name, null])))}
        search={<SearchBox value={get('q')} placeholder={tr('Название или номер задачи', 'Name or id of a task')} onSearch={(q) => set({ q })} />}
      >
        <Select aria-label={tr('Вид', 'Type')} placeholder={tr('Вид', 'Type')} allowClear style={{ width: 230 }} value={get('task_type') || undefined} onChange={(task_type?: string) => set({ task_type })}
          options={types.data?.task_types.map((type) => ({ value: type.name, label: type.title }))} />
        {can.administer(user) && (
          <Select aria-label={tr('Кто запустил', 'Started by')} placeholder={tr('Кто запустил', 'Started by')} allowClear style={{ width: 160 }} value={get('user_id') || undefined} onChange={(user_id?: string) => set({ user_id })}
            options={users.data?.users.map((person) => ({ value: String(person.id), label: person.username }))} />
        )}
        <Period value={{ from: get('created_from'), to: get('created_to') }} onChange={({ from, to }) => set({ created_from: from, created_to: to })} />
      </Filters>
      <Failure error={list.error} onRetry={() => void list.refetch()} />
      <Table<Task>
        rowKey="task_id"
        size="middle"
        loading={list.isPending}
        dataSource={list.data?.tasks ?? []}
        scroll={{ x: 760 }}
        pagination={{ current: pageOf(get), pageSize: PAGE, total: list.data?.total ?? 0, showSizeChanger: false, hideOnSinglePage: true, onChange: (page) => set({ page: page > 1 ? String(page) : null }) }}
        locale={{ emptyText: list.isPending || list.error ? ' ' : <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={filtered ? tr('Таких задач нет', 'No such tasks') : can.sync(user) ? tr('Задач ещё не было. Начните с «Синхронизация 1С».', 'There were no tasks yet. Start with “Sync with 1C”.') : tr('Вы ещё не запускали задач', 'You have not started a task yet')} /> }}
        columns={[
          { title: tr('Задача', 'Task'), dataIndex: 'name', render: (name: string, task) => <Link to={`/tasks/${task.task_id}`} style={{ color: 'var(--accent)' }}>{name}</Link> },
          { title: tr('Состояние', 'State'), width: 130, render: (_, task) => <StatusTag task={task} /> },
          { title: tr('Выполнено', 'Done'), width: 190, render: (_, task) => <Bar task={task} small /> },
          { title: tr('Записей', 'Records'), width: 110, align: 'right', render: (_, task) => <span className="figures">{formatCount(task.processed)}</span> },
          { title: tr('Создана', 'Created'), width: 180, render: (_, task) => <span className="figures">{formatTime(task.created_at)}</span> },
          { title: '', width: 110, render: (_, task) => <button type="button" className="linklike" aria-label={`${tr('Следить', 'Watch')}: ${task.name}`} onClick={() => set({ watch: task.task_id })}>{tr('Следить', 'Watch')}</button> },
        ]}
      />
    </>
  );
}
