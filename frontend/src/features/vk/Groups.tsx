import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { Button, Dropdown, Flex, Form, Input } from 'antd';
import type { Query } from '../../api/client';
import type { VkGroup } from '../../api/schema';
import type { User } from '../../api/types';
import { tr } from '../../app/preferences';
import { can } from '../../app/rights';
import { listQuery, useUrlState } from '../../app/useUrlState';
import { keys } from '../../realtime/keys';
import { DataTable, type Column } from '../../ui/DataTable';
import { Failure } from '../../ui/Failure';
import { useFieldErrors } from '../../ui/FormFailure';
import { formatCount, formatTime } from '../../ui/format';
import { usePhone } from '../../ui/useMedia';
import { vkApi } from './api';
import { groupOf } from './groupOf';

const formats = ['xlsx', 'csv', 'json'] as const;

/** Groups that were read; reading a new one, looking for keywords, making a file. */
export function Groups({ user }: { user: User }) {
  const url = useUrlState();
  const { get, set } = url;
  const query = listQuery<Query<'/vk/groups'>>(get, []);
  const list = useQuery({
    queryKey: keys.of('vk', 'groups', query),
    queryFn: async () => {
      const { groups, total } = await vkApi.groups(query);
      return { rows: groups, total };
    },
    placeholderData: keepPreviousData,
  });
  const start = useMutation({ mutationFn: (begin: () => Promise<{ task_id: string }>) => begin(), onSuccess: ({ task_id }) => set({ watch: task_id }) });
  const [form] = Form.useForm<{ group: string }>();
  const placed = useFieldErrors(form, start.error, { group_id: 'group' });
  const may = can.sync(user);
  const groupCell = (group: VkGroup) => (
    <>
      {group.name}
      {group.screen_name && <div className="quiet">vk.com/{group.screen_name}</div>}
    </>
  );
  const countOf = (group: VkGroup, tab: 'posts' | 'comments') => (
    <button type="button" className="linklike figures" aria-label={`${formatCount(group[tab])} ${tab === 'posts' ? tr('записей', 'posts') : tr('комментариев', 'comments')}: ${group.name}`} onClick={() => set({ tab, group_id: String(group.id) })}>{formatCount(group[tab])}</button>
  );
  const actions = (group: VkGroup) => (
    <Flex gap={8} wrap>
      {may && <Button size="small" onClick={() => start.mutate(() => vkApi.parse({ group_id: group.id }))}>{tr('Обновить', 'Read again')}</Button>}
      {may && <Button size="small" onClick={() => start.mutate(() => vkApi.analyze(group.id))}>{tr('Найти слова', 'Find keywords')}</Button>}
      <Dropdown autoFocus trigger={['click']} menu={{ items: formats.map((key) => ({ key, label: key.toUpperCase() })), onClick: ({ key }) => start.mutate(() => vkApi.export(group.id, key as (typeof formats)[number])) }}>
        <Button size="small" aria-haspopup="menu">{tr('Выгрузить', 'Export')} ▾</Button>
      </Dropdown>
    </Flex>
  );
  const columns: Column<VkGroup>[] = [
    { key: 'name', title: tr('Сообщество', 'Group'), render: (_, group) => groupCell(group) },
    { key: 'posts', title: tr('Записей', 'Posts'), width: 110, align: 'right', render: (_, group) => countOf(group, 'posts') },
    { key: 'comments', title: tr('Комментариев', 'Comments'), width: 140, align: 'right', render: (_, group) => countOf(group, 'comments') },
    { key: 'parsed_at', title: tr('Прочитано', 'Read'), width: 180, render: (_, group) => <span className="figures">{formatTime(group.parsed_at)}</span> },
    { key: 'actions', title: '', width: 300, render: (_, group) => actions(group) },
  ];
  // On a phone a group is one cell, so that nothing has to be swiped.
  const compact: Column<VkGroup>[] = [
    { key: 'name', title: tr('Сообщество', 'Group'), render: (_, group) => (
      <Flex vertical gap={6}>
        <div>{groupCell(group)}</div>
        <Flex gap={12} wrap className="under quiet"><span>{tr('записей', 'posts')} {countOf(group, 'posts')}</span><span>{tr('комментариев', 'comments')} {countOf(group, 'comments')}</span><span className="figures">{formatTime(group.parsed_at)}</span></Flex>
        {actions(group)}
      </Flex>
    ) },
  ];
  const phone = usePhone();
  return (
    <>
      {may && (
        <Form<{ group: string }> form={form} layout="inline" style={{ rowGap: 8, marginBottom: 12 }} onFinish={({ group }) => start.mutate(() => vkApi.parse({ group_id: groupOf(group)! }))}>
          <Form.Item name="group" style={{ flex: '1 1 260px', maxWidth: 420 }} rules={[{ validator: (_, text: string) => (groupOf(text ?? '') === null ? Promise.reject(new Error(tr('Адрес, короткое имя или номер сообщества', 'Address, short name or number of a group'))) : Promise.resolve()) }]} validateTrigger="onSubmit">
            <Input aria-label={tr('Сообщество', 'Group')} placeholder={tr('vk.com/имя или номер сообщества', 'vk.com/name or number of the group')} />
          </Form.Item>
          <Button type="primary" htmlType="submit" loading={start.isPending}>{tr('Прочитать стену', 'Read the wall')}</Button>
        </Form>
      )}
      <Failure error={start.error} placed={placed} />
      <DataTable<VkGroup>
        list={list}
        rowKey="id"
        url={url}
        filtered={false}
        nothing={tr('Ещё ни одной стены не прочитано', 'No wall has been read yet')}
        width={phone ? 300 : 760}
        columns={phone ? compact : columns}
      />
    </>
  );
}
