import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router-dom';
import { tr } from '../../app/preferences';
import { keys } from '../../realtime/keys';
import { fetchTaskList } from '../../realtime/useLive';
import { formatTime } from '../../ui/format';
import { statusTitle } from '../tasks/status';

/** When this was last imported, and how it ended. */
export function LastRun({ type }: { type: string }) {
  const query = { task_type: type, limit: 1, offset: 0 };
  const last = useQuery({ queryKey: keys.taskList(query), queryFn: () => fetchTaskList(query) });
  const task = last.data?.tasks[0];
  if (!last.data) return null;
  return (
    <span className="quiet">
      {task ? <>{tr('Последний раз', 'Last time')}: <Link to={`/tasks/${task.task_id}`} className="link in-text figures">{formatTime(task.started_at ?? task.created_at)}</Link>, {statusTitle(task.status)}</> : tr('Ещё не загружалось', 'Not imported yet')}
    </span>
  );
}
