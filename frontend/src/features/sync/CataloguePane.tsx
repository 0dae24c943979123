import { Button } from 'antd';
import { Failure } from '../../ui/Failure';
import { usePane, type Pane } from './usePane';

/** An import that needs nothing to be said. */
export function CataloguePane({ about, action, start: begin, ...pane }: Pane & { about: string; action: string; start: () => Promise<{ task_id: string }> }) {
  const { error, busy, start } = usePane(pane);
  return (
    <>
      <p>{about}</p>
      <Failure error={error} />
      <Button type="primary" loading={busy} onClick={() => void start(begin)}>{action}</Button>
    </>
  );
}
