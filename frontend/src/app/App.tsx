import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Flex, Layout, Result, Space, Spin, Tabs, Tag, Typography } from 'antd';
import { useState } from 'react';
import { ApiError, api } from '../api/client';
import type { User } from '../api/types';
import { SignIn } from '../features/auth/SignIn';
import { SyncModal } from '../features/sync/SyncModal';
import { TaskProgress } from '../features/tasks/TaskProgress';
import { TaskTable } from '../features/tasks/TaskTable';
import { TransactionTable } from '../features/transactions/TransactionTable';
import { useLiveTasks } from '../realtime/useLiveTasks';

export function App() {
  const me = useQuery({ queryKey: ['me'], queryFn: api.me, retry: false, staleTime: Infinity });
  if (me.isPending) return <Spin fullscreen />;
  if (me.error instanceof ApiError && me.error.problem.status === 401) return <SignIn onSignedIn={() => void me.refetch()} />;
  if (me.error)
    return <Result status="warning" title="Сервер пока не отвечает" subTitle={me.error.message} extra={<Button onClick={() => void me.refetch()}>Повторить</Button>} />;
  return <Home user={me.data} />;
}

function Home({ user }: { user: User }) {
  const connected = useLiveTasks();
  const queryClient = useQueryClient();
  const [syncing, setSyncing] = useState(false);
  const [taskId, setTaskId] = useState<string | null>(null);
  const maySync = user.role !== 'USER';

  const signOut = async () => {
    await api.logout().catch(() => undefined);
    queryClient.clear();
    location.reload();
  };

  return (
    <Layout style={{ minHeight: '100vh' }}>
      <Layout.Header style={{ height: 'auto', lineHeight: 'normal', padding: '10px 16px', background: 'transparent' }}>
        <Flex align="center" justify="space-between" gap={12} wrap>
          <Typography.Title level={1} style={{ fontSize: 20, margin: 0 }}>
            Обмен
          </Typography.Title>
          <Space wrap>
            {!connected && <Tag color="warning">обновляется раз в 2 с</Tag>}
            {maySync && (
              <Button type="primary" onClick={() => setSyncing(true)}>
                Синхронизация 1С
              </Button>
            )}
            <Typography.Text type="secondary">{user.username}</Typography.Text>
            <Button onClick={() => void signOut()}>Выйти</Button>
          </Space>
        </Flex>
      </Layout.Header>
      <Layout.Content style={{ padding: '0 16px 24px' }}>
        <Tabs
          items={[
            { key: 'tasks', label: 'Задачи', children: <TaskTable onOpen={setTaskId} /> },
            { key: 'transactions', label: 'Операции', children: <TransactionTable /> },
          ]}
        />
      </Layout.Content>
      <SyncModal visible={syncing} onClose={() => setSyncing(false)} onStarted={(id) => { setSyncing(false); setTaskId(id); }} />
      {taskId && <TaskProgress taskId={taskId} visible onClose={() => setTaskId(null)} onComplete={() => void queryClient.invalidateQueries({ queryKey: ['transactions'] })} />}
    </Layout>
  );
}
