import { useQuery } from '@tanstack/react-query';
import { authApi } from '../features/auth/api';
import { keys } from '../realtime/keys';

/** Who is signed in. */
export const useMe = () => useQuery({ queryKey: keys.me, queryFn: () => authApi.me(), retry: false, staleTime: Infinity });
