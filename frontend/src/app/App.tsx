import { useQueryClient } from '@tanstack/react-query';
import { Button, Result, Spin } from 'antd';
import { lazy, Suspense } from 'react';
import { ApiError } from '../api/client';
import { keys } from '../realtime/keys';
import { forget } from '../realtime/newest';
import { Frame } from './Frame';
import { tr } from './preferences';
import { useMe } from './useMe';

const SignIn = lazy(() => import('../features/auth/SignIn'));

export function App() {
  const me = useMe();
  const queryClient = useQueryClient();
  // Who signs in now need not be who was here before: nothing of theirs is shown to another.
  const enter = () => {
    queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== keys.me[0] });
    forget();
    void me.refetch();
  };
  if (me.error instanceof ApiError && me.error.problem.status === 401)
    return (
      <Suspense fallback={null}>
        <SignIn again={me.data !== undefined} onSignedIn={enter} />
      </Suspense>
    );
  if (me.data) return <Frame user={me.data} />;
  if (me.isPending) return <Spin fullscreen delay={300} />;
  return (
    <Result
      status="warning"
      title={tr('Сервер пока не отвечает', 'The server does not answer yet')}
      subTitle={me.error.message}
      extra={<Button type="primary" loading={me.isFetching} onClick={() => void me.refetch()}>{tr('Повторить', 'Try again')}</Button>}
    />
  );
}
