import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Tag } from 'antd';
import type { Query } from '../../api/client';
import type { VkPost } from '../../api/schema';
import { tr } from '../../app/preferences';
import { listQuery, useUrlState } from '../../app/useUrlState';
import { keys } from '../../realtime/keys';
import { DataTable } from '../../ui/DataTable';
import { formatCount, formatTime } from '../../ui/format';
import { SearchBox } from '../../ui/SearchBox';
import { vkApi } from './api';
import { GroupFilter } from './GroupFilter';

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
  return (
    <>
      <div className="filters">
        <SearchBox value={get('q')} placeholder={tr('Слова записи', 'Words of a post')} onSearch={(q) => set({ q })} />
        <GroupFilter />
      </div>
      <DataTable<VkPost & { key: string }>
        list={list}
        rowKey="key"
        url={url}
        filtered={get('q') !== '' || get('group_id') !== ''}
        nothing={tr('Записей ещё нет', 'No posts yet')}
        width={720}
        columns={[
          { key: 'published_at', title: tr('Когда', 'When'), width: 180, render: (_, post) => <span className="figures">{formatTime(post.published_at)}</span> },
          { key: 'text', title: tr('Запись', 'Post'), render: (_, post) => <div className="vk-text">{post.text || <span className="quiet">{tr('без текста', 'no text')}</span>} {post.is_deleted && <Tag>{tr('удалена', 'deleted')}</Tag>}</div> },
          { key: 'comments', title: tr('Комментариев', 'Comments'), width: 140, align: 'right', render: (_, post) => <button type="button" className="linklike figures" onClick={() => set({ tab: 'comments', group_id: String(post.group_id), post_id: String(post.id), q: null })}>{formatCount(post.comments)}</button> },
          { key: 'url', title: '', width: 132, render: (_, post) => <a className="linklike" href={post.url} target="_blank" rel="noreferrer">{tr('Открыть в VK', 'Open in VK')}</a> },
        ]}
      />
    </>
  );
}
