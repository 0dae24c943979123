import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Dropdown, Result, Spin } from 'antd';
import { lazy, Suspense } from 'react';
import { Link, Navigate, NavLink, Route, Routes, useLocation } from 'react-router-dom';
import { api } from '../api/client';
import type { User } from '../api/types';
import { keys } from '../realtime/keys';
import { fetchTaskList, useLive } from '../realtime/useLive';
import { ErrorBoundary } from './ErrorBoundary';
import { setPreferences, tr, usePreferences, type ThemeChoice } from './preferences';
import { can } from './rights';
import { useUrlState } from './useUrlState';

const SyncModal = lazy(() => import('../features/sync/SyncModal'));
const TaskProgress = lazy(() => import('../features/tasks/TaskProgress'));
const TasksPage = lazy(() => import('../features/tasks/TasksPage'));
const TaskPage = lazy(() => import('../features/tasks/TaskPage'));
const TransactionsPage = lazy(() => import('../features/transactions/TransactionsPage'));
const ContractorsPage = lazy(() => import('../features/directory/ContractorsPage'));
const OrganizationsPage = lazy(() => import('../features/directory/OrganizationsPage'));
const SystemPage = lazy(() => import('../features/system/SystemPage'));
const UsersPage = lazy(() => import('../features/users/UsersPage'));

export function Frame({ user }: { user: User }) {
  const connection = useLive();
  const { get, set } = useUrlState();
  const { pathname } = useLocation();
  const watched = get('watch');
  const syncing = get('sync');
  const pages = [
    { path: '/tasks', title: tr('Задачи', 'Tasks') },
    { path: '/transactions', title: tr('Операции', 'Transactions') },
    { path: '/contractors', title: tr('Контрагенты', 'Contractors') },
    { path: '/organizations', title: tr('Организации', 'Organizations') },
    ...(can.administer(user) ? [{ path: '/system', title: tr('Состояние', 'Health') }, { path: '/users', title: tr('Пользователи', 'Users') }] : []),
  ];

  return (
    <div data-connection={connection}>
      <a className="skip" href="#content">{tr('К содержанию', 'To the content')}</a>
      <header className="frame-head">
        <Link to="/tasks" className="frame-name">{tr('Обмен', 'Obmen')}</Link>
        <nav className="frame-nav" aria-label={tr('Разделы', 'Sections')}>
          {pages.map((page) => <NavLink key={page.path} to={page.path}>{page.title}</NavLink>)}
        </nav>
        <div className="frame-tools">
          <Moving onWatch={(id) => set({ watch: id })} />
          {can.sync(user) && <Button type="primary" onClick={() => set({ sync: 'transactions', watch: null })}>{tr('Синхронизация 1С', 'Sync with 1C')}</Button>}
          <Person user={user} />
        </div>
      </header>
      {connection === 'offline' && <Alert banner type="warning" message={tr('Нет связи с сервером. Соединимся сами, как только он ответит; на странице то, что было известно последним.', 'The server is away. The page reconnects by itself; it shows what was known last.')} />}
      <main id="content" className="frame-body">
        <ErrorBoundary key={pathname}>
          <Suspense fallback={<Spin style={{ display: 'block', margin: '80px auto' }} delay={200} />}>
            <Routes>
              <Route path="/" element={<Navigate to="/tasks" replace />} />
              <Route path="/tasks" element={<TasksPage user={user} />} />
              <Route path="/tasks/:id" element={<TaskPage user={user} />} />
              <Route path="/transactions" element={<TransactionsPage />} />
              <Route path="/contractors" element={<ContractorsPage />} />
              <Route path="/organizations" element={<OrganizationsPage />} />
              <Route path="/system" element={can.administer(user) ? <SystemPage /> : <NoRights />} />
              <Route path="/users" element={can.administer(user) ? <UsersPage me={user} /> : <NoRights />} />
              <Route path="*" element={<Nowhere />} />
            </Routes>
          </Suspense>
        </ErrorBoundary>
      </main>
      <Suspense fallback={null}>
        {syncing && can.sync(user) && (
          <SyncModal visible tab={syncing} onTab={(tab) => set({ sync: tab })} onClose={() => set({ sync: null })} onSyncComplete={(id) => set({ sync: null, watch: id })} />
        )}
        {watched && <TaskProgress key={watched} taskId={watched} user={user} visible onClose={() => set({ watch: null })} />}
      </Suspense>
    </div>
  );
}

/** What moves now: found again here after its window was closed. */
function Moving({ onWatch }: { onWatch: (id: string) => void }) {
  const query = 'status=running%2Cpending&limit=5&offset=0';
  const moving = useQuery({ queryKey: keys.taskList(query), queryFn: () => fetchTaskList(query) });
  const tasks = (moving.data?.tasks ?? []).filter((task) => task.status === 'running' || task.status === 'pending');
  if (tasks.length === 0) return null;
  return (
    <Dropdown trigger={['click']} menu={{ items: tasks.map((task) => ({ key: task.task_id, label: `${task.name} · ${task.progress} %` })), onClick: ({ key }) => onWatch(key) }}>
      <Button aria-haspopup="menu">{tr('Идёт', 'Moving')}: <span className="figures">{moving.data!.total}</span></Button>
    </Dropdown>
  );
}

function Person({ user }: { user: User }) {
  const { lang, theme } = usePreferences();
  const queryClient = useQueryClient();
  const signOut = async () => {
    await api.logout().catch(() => undefined);
    queryClient.clear();
    location.assign('/');
  };
  const themes: [ThemeChoice, string][] = [['system', tr('Как в системе', 'As the system')], ['light', tr('Светлая', 'Light')], ['dark', tr('Тёмная', 'Dark')]];
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        selectable: true,
        selectedKeys: [`theme-${theme}`, `lang-${lang}`],
        items: [
          { type: 'group', label: tr('Тема', 'Theme'), children: themes.map(([key, label]) => ({ key: `theme-${key}`, label, onClick: () => setPreferences({ theme: key }) })) },
          {
            type: 'group', label: tr('Язык', 'Language'),
            children: [
              { key: 'lang-ru', label: 'Русский', onClick: () => setPreferences({ lang: 'ru' }) },
              { key: 'lang-en', label: 'English', onClick: () => setPreferences({ lang: 'en' }) },
            ],
          },
          { type: 'divider' },
          { key: 'out', label: tr('Выйти', 'Sign out'), onClick: () => void signOut() },
        ],
      }}
    >
      <Button type="text" aria-haspopup="menu" aria-label={tr(`${user.username}: тема, язык, выход`, `${user.username}: theme, language, sign out`)}>{user.username} ▾</Button>
    </Dropdown>
  );
}

const NoRights = () => <Result status="403" title={tr('Этот раздел для администратора', 'This section is for administrators')} extra={<Link to="/tasks">{tr('К задачам', 'To the tasks')}</Link>} />;
const Nowhere = () => <Result status="404" title={tr('Такой страницы нет', 'There is no such page')} subTitle={tr('Проверьте адрес или начните с задач.', 'Check the address or start with the tasks.')} extra={<Link to="/tasks">{tr('К задачам', 'To the tasks')}</Link>} />;
