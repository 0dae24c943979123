import { useQuery } from '@tanstack/react-query';
import { tr } from '../../app/preferences';
import { can } from '../../app/rights';
import type { User } from '../../api/types';
import { usersApi } from './api';

/** Names of people. Only an administrator may ask for all of them; others know themselves. */
export function usePeople(user: User) {
  const all = useQuery({ queryKey: ['users', 'all'], queryFn: () => usersApi.list({ limit: 500 }), enabled: can.administer(user), staleTime: 60_000 });
  const people = all.data?.users ?? [user];
  return {
    options: people.map((person): [string, string] => [String(person.id), person.username]),
    name: (id: number | null) => (id === null ? '' : id === 0 ? tr('из командной строки', 'the command line') : people.find((person) => person.id === id)?.username ?? tr(`№ ${id}`, `No. ${id}`)),
  };
}
