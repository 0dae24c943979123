import { useQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import { tr } from '../../app/preferences';
import { useUrlState } from '../../app/useUrlState';
import { keys } from '../../realtime/keys';
import { vkApi } from './api';

/** One of the groups that were read. */
export function GroupFilter() {
  const { get, set } = useUrlState();
  const groups = useQuery({ queryKey: keys.of('vk', 'groups', 'all'), queryFn: () => vkApi.groups({ limit: 500 }), staleTime: 60_000 });
  return (
    <Select allowClear showSearch optionFilterProp="label" aria-label={tr('Сообщество', 'Group')} placeholder={tr('Сообщество', 'Group')} style={{ width: 240 }}
      value={get('group_id') || null} onChange={(group_id) => set({ group_id, post_id: null })}
      options={(groups.data?.groups ?? []).map((group) => ({ value: String(group.id), label: group.name }))} />
  );
}
