import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Form, Input, Switch } from 'antd';
import type { Query } from '../../api/client';
import type { VkKeyword } from '../../api/schema';
import type { User } from '../../api/types';
import { tr } from '../../app/preferences';
import { can } from '../../app/rights';
import { listQuery, useUrlState } from '../../app/useUrlState';
import { keys } from '../../realtime/keys';
import { DataTable } from '../../ui/DataTable';
import { Failure } from '../../ui/Failure';
import { useFieldErrors } from '../../ui/FormFailure';
import { formatCount } from '../../ui/format';
import { usePhone } from '../../ui/useMedia';
import { vkApi } from './api';

/** The words that «find keywords» looks for, in all their forms. */
export function Keywords({ user }: { user: User }) {
  const url = useUrlState();
  const { get, set } = url;
  const queryClient = useQueryClient();
  const [form] = Form.useForm<{ keyword: string }>();
  const query = listQuery<Query<'/vk/keywords'>>(get, []);
  const list = useQuery({
    queryKey: keys.of('vk', 'keywords', query),
    queryFn: async () => {
      const { keywords, total } = await vkApi.keywords(query);
      return { rows: keywords, total };
    },
  });
  const onSettled = () => queryClient.invalidateQueries({ queryKey: keys.of('vk', 'keywords') });
  const add = useMutation({ mutationFn: vkApi.addKeyword, onSettled, onSuccess: () => form.resetFields() });
  const placed = useFieldErrors(form, add.error);
  const change = useMutation({ mutationFn: ({ id, is_active }: VkKeyword) => vkApi.changeKeyword(id, { is_active: !is_active }), onSettled });
  const remove = useMutation({ mutationFn: (id: number) => vkApi.removeKeyword(id), onSettled });
  const may = can.sync(user);
  const phone = usePhone();
  return (
    <>
      {may && (
        <Form form={form} layout="inline" style={{ rowGap: 8, marginBottom: 12 }} onFinish={({ keyword }) => add.mutate(keyword.trim())}>
          <Form.Item name="keyword" style={{ flex: '1 1 260px', maxWidth: 420 }} rules={[{ required: true, whitespace: true, message: tr('Слово или словосочетание', 'A word or phrase') }]}>
            <Input maxLength={100} aria-label={tr('Новое слово', 'New keyword')} placeholder={tr('Слово или словосочетание', 'A word or phrase')} />
          </Form.Item>
          <Button type="primary" htmlType="submit" loading={add.isPending}>{tr('Добавить', 'Add')}</Button>
        </Form>
      )}
      <Failure error={add.error ?? change.error ?? remove.error} placed={placed} />
      <DataTable<VkKeyword>
        list={list}
        rowKey="id"
        url={url}
        filtered={false}
        nothing={tr('Слов ещё нет', 'No keywords yet')}
        width={phone ? 300 : 480}
        columns={[
          { key: 'keyword', title: tr('Слово', 'Keyword'), dataIndex: 'keyword' },
          { key: 'matches', title: tr('Найдено', 'Found'), width: 90, align: 'right', render: (_, word) => <button type="button" className="linklike figures" aria-label={`${formatCount(word.matches)} ${tr('найдено слова', 'found of')} ${word.keyword}`} onClick={() => set({ tab: 'comments', keyword: word.keyword })}>{formatCount(word.matches)}</button> },
          { key: 'active', title: tr('Искать', 'Active'), width: phone ? 72 : 100, render: (_, word) => <Switch size="small" aria-label={`${tr('Искать', 'Active')}: ${word.keyword}`} disabled={!may} checked={word.is_active} onChange={() => change.mutate(word)} /> },
          { key: 'remove', title: '', width: phone ? 80 : 90, render: (_, word) => may && <button type="button" className="linklike" aria-label={`${tr('Удалить', 'Remove')}: ${word.keyword}`} onClick={() => remove.mutate(word.id)}>{tr('Удалить', 'Remove')}</button> },
        ]}
      />
    </>
  );
}
