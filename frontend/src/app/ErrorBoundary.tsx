import { Button, Result } from 'antd';
import { Component, type ReactNode } from 'react';
import { tr } from './preferences';

/** What a fault of the page's own code leaves: words and a way out, never an empty window. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { error: Error | null }> {
  override state = { error: null as Error | null };

  static getDerivedStateFromError(error: Error) {
    return { error };
  }

  override render() {
    if (!this.state.error) return this.props.children;
    return (
      <Result
        status="error"
        title={tr('Страница споткнулась', 'The page stumbled')}
        subTitle={tr('Задачи на сервере идут дальше. Обновите страницу; возможно, вышла новая версия. ', 'Tasks on the server go on. Reload the page; there may be a new version. ') + this.state.error.message}
        extra={<Button type="primary" onClick={() => location.reload()}>{tr('Обновить', 'Reload')}</Button>}
      />
    );
  }
}
