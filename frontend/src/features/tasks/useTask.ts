import { useQuery } from '@tanstack/react-query';
import { keys } from '../../realtime/keys';
import { fetchTask } from '../../realtime/useLive';

/** One task, asked for once and pushed from then on. */
export const useTask = (id: string) => useQuery({ queryKey: keys.task(id), queryFn: () => fetchTask(id) });
