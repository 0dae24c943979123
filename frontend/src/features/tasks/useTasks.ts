import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { Task } from '../../api/types';
import { fetchTasks, tasksKey } from '../../realtime/useLiveTasks';

export function useTasks() {
  const queryClient = useQueryClient();
  return useQuery({ queryKey: tasksKey, queryFn: () => fetchTasks(queryClient.getQueryData<{ tasks: Task[]; total: number }>(tasksKey)) });
}
