import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/client';
import type { Task } from '../../api/types';
import { useTasks } from './useTasks';

/** The newest known state of one task: from the live list, else asked for. */
export function useTask(taskId: string): Task | undefined {
  const live = useTasks().data?.tasks.find((t) => t.task_id === taskId);
  const asked = useQuery({ queryKey: ['task', taskId], queryFn: () => api.task(taskId), enabled: !live });
  return live ?? asked.data;
}
