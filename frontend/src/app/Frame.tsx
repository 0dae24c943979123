import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Drawer, Dropdown, Result, Spin } from 'antd';
import { lazy, Suspense, useEffect, useState } from 'react';
import { Link, matchPath, Navigate, Route, Routes, useLocation } from 'react-router-dom';
import type { User } from '../api/types';
import { authApi } from '../features/auth/api';
import { keys } from '../realtime/keys';
import { fetchTaskList, useLive } from '../realtime/useLive';
import { useMedia } from '../ui/useMedia';
import { ErrorBoundary } from './ErrorBoundary';
import { Nav } from './Nav';
import { setPreferences, tr, usePreferences, type ThemeChoice } from './preferences';
import { can } from './rights';
import { sections } from './sections';
import { useUrlState } from './useUrlState';

const SyncModal = lazy(() => import('../features/sync/SyncModal'));
const TaskProgress = lazy(() => import('../features/tasks/TaskProgress'));

/** What stands around every view: head, navigation, the windows of a synchronization and of a watched task. */
export function Frame({ user }: { user: User }) {
  const connection = useLive();
  const { get, set } = useUrlState();
  const { pathname } = useLocation();
  const [menu, setMenu] = useState(false);
  const phone = useMedia('(max-width: 900px)');
  const watched = get('watch');
  const syncing = get('sync');
  const section = sections.find(({ path }) => matchPath(path, pathname));
  useEffect(() => {
    document.title = section ? `${section.title()} · ${tr('Обмен', 'Obmen')}` : tr('Обмен', 'Obmen');
  });

  return (
    <div className="frame" data-connection={connection}>
      <a className="skip" href="#content">{tr('К содержанию', 'To the content')}</a>
      <header className="frame-head">
        {phone && <Button type="text" className="frame-menu" icon={<span aria-hidden="true">☰</span>} aria-label={tr('Разделы', 'Sections')} aria-expanded={menu} onClick={() => setMenu(true)} />}
        <Link to="/tasks" className="frame-name">{tr('Обмен', 'Obmen')}</Link>
        <div className="frame-tools">
          <Moving onWatch={(id) => set({ watch: id })} />
          {can.sync(user) && <Button type="primary" onClick={() => set({ sync: 'transactions', watch: null })}>{tr('Синхронизация 1С', 'Sync with 1C')}</Button>}
          <Person user={user} />
        </div>
      </header>
      {connection === 'offline' && <Alert banner type="warning" message={tr('Нет связи с сервером. Соединимся сами, как только он ответит; на странице то, что было известно последним.', 'The server is away. The page reconnects by itself; it shows what was known last.')} />}
      {!phone && <aside className="frame-side"><Nav user={user} /></aside>}
      {phone && (
        <Drawer open={menu} placement="left" width={280} title={tr('Разделы', 'Sections')} onClose={() => setMenu(false)}>
          <Nav user={user} onGo={() => setMenu(false)} />
        </Drawer>
      )}
      <main id="content" className="frame-body" tabIndex={-1}>
        <ErrorBoundary key={pathname}>
          <Suspense fallback={<Spin style={{ display: 'block', margin: '80px auto' }} delay={200} />}>
            <Routes>
              <Route path="/" element={<Navigate to="/tasks" replace />} />
              {sections.map(({ path, may, page: View }) => <Route key={path} path={path} element={may?.(user) ?? true ? <View user={user} /> : <NoRights manager={may?.({ ...user, role: 'MANAGER' }) ?? true} />} />)}
              <Route path="*" element={<Nowhere />} />
            </Routes>
          </Suspense>
        </ErrorBoundary>
      </main>
      <Suspense fallback={null}>
        {syncing && can.sync(user) && (
          <SyncModal visible tab={syncing} onTab={(tab) => set({ sync: tab })} onClose={() => set({ sync: null })} onSyncComplete={(id) => set({ sync: null, watch: id })} />
        )}
        {watched && <TaskProgress key={watched} taskId={watched} visible onClose={() => set({ watch: null })} />}
      </Suspense>
    </div>
  );
}

/** What moves now: found again here after its window was closed. */
function Moving({ onWatch }: { onWatch: (id: string) => void }) {
  const query = { status: 'running,pending', limit: 5, offset: 0 };
  const moving = useQuery({ queryKey: keys.taskList(query), queryFn: () => fetchTaskList(query) });
  const tasks = (moving.data?.tasks ?? []).filter((task) => task.status === 'running' || task.status === 'pending');
  if (tasks.length === 0) return null;
  return (
    <Dropdown trigger={['click']} menu={{ items: tasks.map((task) => ({ key: task.task_id, label: `${task.name} · ${task.progress} %` })), onClick: ({ key }) => onWatch(key) }}>
      <Button aria-haspopup="menu" aria-label={`${tr('Идёт', 'Moving')}: ${moving.data!.total}`}><span className="moving" aria-hidden="true" /><span className="wide">{tr('Идёт', 'Moving')}:&nbsp;</span><span className="figures">{moving.data!.total}</span></Button>
    </Dropdown>
  );
}

function Person({ user }: { user: User }) {
  const { lang, theme } = usePreferences();
  const queryClient = useQueryClient();
  const signOut = async () => {
    await authApi.logout().catch(() => undefined);
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
      <Button type="text" aria-haspopup="menu" aria-label={tr(`${user.username}: тема, язык, выход`, `${user.username}: theme, language, sign out`)}><span className="wide">{user.username} ▾</span><span className="narrow">⋮</span></Button>
    </Dropdown>
  );
}

const NoRights = ({ manager }: { manager: boolean }) => <Result icon={<span className="result-mark" aria-hidden="true">403</span>} title={manager ? tr('Этот раздел для менеджеров и администраторов', 'This section is for managers and administrators') : tr('Этот раздел для администратора', 'This section is for administrators')} subTitle={tr('Если он нужен вам для работы, скажите администратору.', 'If you need it for your work, tell an administrator.')} extra={<Link to="/tasks">{tr('К задачам', 'To the tasks')}</Link>} />;
const Nowhere = () => <Result icon={<span className="result-mark" aria-hidden="true">404</span>} title={tr('Такой страницы нет', 'There is no such page')} subTitle={tr('Проверьте адрес или начните с задач.', 'Check the address or start with the tasks.')} extra={<Link to="/tasks">{tr('К задачам', 'To the tasks')}</Link>} />;
