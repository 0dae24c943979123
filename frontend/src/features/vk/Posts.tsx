import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Flex } from 'antd';
import type { Query } from '../../api/client';
import type { VkPost } from '../../api/schema';
import { tr } from '../../app/preferences';
import { listQuery, useUrlState } from '../../app/useUrlState';
import { keys } from '../../realtime/keys';
import { DataTable, type Column } from '../../ui/DataTable';
import { formatCount, formatTime } from '../../ui/format';
import { SearchBox } from '../../ui/SearchBox';
import { usePhone } from '../../ui/useMedia';
import { vkApi } from './api';
import { GroupFilter } from './GroupFilter';
import { VkLink, VkText } from './VkText';

type Row = VkPost & { key: string };

/** Posts with what was found in them marked, and why their comments could not be read where they could not. */
export function Posts() {
  const url = useUrlState();
  const { get, set } = url;
  const query = listQuery<Query<'/vk/posts'>>(get, ['q', 'group_id']);
  const list = useQuery({
    queryKey: keys.of('vk', 'posts', query),
    queryFn: async () => {
      const { posts, total } = await vkApi.posts(query);
      return { rows: posts.map((one) => ({ ...one, key: `${one.group_id} ${one.id}` })), total };
    },
    placeholderData: keepPreviousData,
  });
  const text = (post: Row) => (
    <>
      <VkText text={post.text} matches={post.matches} deleted={post.is_deleted && tr('удалена', 'deleted')} />
      {post.access_error && <div className="under bad">{post.access_error}</div>}
    </>
  );
  const comments = (post: Row) => <button type="button" className="linklike figures" aria-label={`${formatCount(post.comments)} ${tr('комментариев записи', 'comments of the post')} ${post.id}`} onClick={() => set({ tab: 'comments', group_id: String(post.group_id), post_id: String(post.id), q: null })}>{formatCount(post.comments)}</button>;
  const columns: Column<Row>[] = [
    { key: 'published_at', title: tr('Когда', 'When'), width: 180, render: (_, post) => <span className="figures">{formatTime(post.published_at)}</span> },
    { key: 'text', title: tr('Запись', 'Post'), render: (_, post) => text(post) },
    { key: 'comments', title: tr('Комментариев', 'Comments'), width: 140, align: 'right', render: (_, post) => comments(post) },
    { key: 'url', title: '', width: 132, render: (_, post) => <VkLink url={post.url} /> },
  ];
  // On a phone a post is one cell, so that nothing has to be swiped.
  const compact: Column<Row>[] = [
    { key: 'text', title: tr('Запись', 'Post'), render: (_, post) => (
      <>
        {text(post)}
        <Flex gap={8} wrap className="under quiet"><span className="figures">{formatTime(post.published_at)}</span><span>{tr('комментариев', 'comments')} {comments(post)}</span><VkLink url={post.url} /></Flex>
      </>
    ) },
  ];
  const phone = usePhone();
  return (
    <>
      <div className="filters">
        <SearchBox value={get('q')} placeholder={tr('Слова записи', 'Words of a post')} onSearch={(q) => set({ q })} />
        <GroupFilter />
      </div>
      <DataTable<Row>
        list={list}
        rowKey="key"
        url={url}
        filtered={get('q') !== '' || get('group_id') !== ''}
        nothing={tr('Записей ещё нет', 'No posts yet')}
        width={phone ? 300 : 720}
        columns={phone ? compact : columns}
      />
    </>
  );
}
