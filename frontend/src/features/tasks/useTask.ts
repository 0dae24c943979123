import { useQuery } from '@tanstack/react-query';
import { keys } from '../../realtime/keys';
import { fetchTask } from '../../realtime/useLive';
import { tasksApi } from './api';
import { isEnded } from './status';

/** One task, asked for once and pushed from then on. */
export const useTask = (id: string, pushed = true) =>
  useQuery({
    queryKey: keys.task(id),
    queryFn: () => fetchTask(id),
    refetchInterval: ({ state }) => (pushed || (state.data && isEnded(state.data.status)) ? false : 2000),
  });

/** What can be started here; it changes only with the program. */
export const useTaskTypes = () => useQuery({ queryKey: keys.types, queryFn: tasksApi.types, staleTime: Infinity });
