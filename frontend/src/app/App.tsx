import { Button, Result, Spin } from 'antd';
import { lazy, Suspense } from 'react';
import { ApiError } from '../api/client';
import { Frame } from './Frame';
import { tr } from './preferences';
import { useMe } from './useMe';

const SignIn = lazy(() => import('../features/auth/SignIn'));

export function App() {
  const me = useMe();
  if (me.error instanceof ApiError && me.error.problem.status === 401)
    return (
      <Suspense fallback={null}>
        <SignIn onSignedIn={() => void me.refetch()} />
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
