import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Select, Tag } from 'antd';
import type { Query } from '../../api/client';
import type { VkComment } from '../../api/schema';
import { tr } from '../../app/preferences';
import { listQuery, useUrlState } from '../../app/useUrlState';
import { keys } from '../../realtime/keys';
import { DataTable } from '../../ui/DataTable';
import { formatCount, formatTime } from '../../ui/format';
import { SearchBox } from '../../ui/SearchBox';
import { vkApi } from './api';
import { GroupFilter } from './GroupFilter';
import { highlight } from './highlight';
import './vk.css';

/** Comments with what was found in them marked. */
export function Comments() {
  const url = useUrlState();
  const { get, set } = url;
  const query = listQuery<Query<'/vk/comments'>>(get, ['q', 'group_id', 'post_id', 'keyword']);
  const list = useQuery({
    queryKey: keys.of('vk', 'comments', query),
    queryFn: async () => {
      const { comments, total } = await vkApi.comments(query);
      return { rows: comments.map((one) => ({ ...one, key: `${one.group_id} ${one.id}` })), total };
    },
    placeholderData: keepPreviousData,
  });
  const keywords = useQuery({ queryKey: keys.of('vk', 'keywords', 'all'), queryFn: () => vkApi.keywords({ limit: 500 }), staleTime: 60_000 });
  return (
    <>
      <div className="filters">
        <SearchBox value={get('q')} placeholder={tr('Слова комментария', 'Words of a comment')} onSearch={(q) => set({ q })} />
        <GroupFilter />
        <Select allowClear showSearch aria-label={tr('Ключевое слово', 'Keyword')} placeholder={tr('Ключевое слово', 'Keyword')} style={{ width: 200 }} value={get('keyword') || null} onChange={(keyword) => set({ keyword })}
          options={(keywords.data?.keywords ?? []).map(({ keyword }) => ({ value: keyword, label: keyword }))} />
        {get('post_id') && <Tag closable onClose={() => set({ post_id: null })}>{tr('запись', 'post')} {get('post_id')}</Tag>}
        <span className="quiet">{list.data && `${tr('Всего', 'Total')} ${formatCount(list.data.total)}`}</span>
      </div>
      <DataTable<VkComment & { key: string }>
        list={list}
        rowKey="key"
        url={url}
        filtered={['q', 'group_id', 'post_id', 'keyword'].some((name) => get(name))}
        nothing={tr('Комментариев ещё нет', 'No comments yet')}
        width={720}
        columns={[
          { key: 'published_at', title: tr('Когда', 'When'), width: 180, render: (_, comment) => <span className="figures">{formatTime(comment.published_at)}</span> },
          { key: 'text', title: tr('Комментарий', 'Comment'), render: (_, comment) => (
            <div className="vk-text">
              {comment.text
                ? highlight(comment.text, comment.matches).map((piece, i) => (piece.keyword ? <mark key={i} title={piece.keyword}>{piece.text}</mark> : <span key={i}>{piece.text}</span>))
                : <span className="quiet">{tr('без текста', 'no text')}</span>}
              {comment.is_deleted && <Tag style={{ marginLeft: 8 }}>{tr('удалён', 'deleted')}</Tag>}
            </div>
          ) },
          { key: 'author', title: tr('Автор', 'Author'), width: 150, render: (_, comment) => comment.author_name ?? (comment.author_id === null ? '—' : <span className="figures">{comment.author_id}</span>) },
          { key: 'likes', title: '♥', width: 70, align: 'right', render: (_, comment) => <span className="figures">{formatCount(comment.likes)}</span> },
          { key: 'url', title: '', width: 132, render: (_, comment) => <a className="linklike" href={comment.url} target="_blank" rel="noreferrer">{tr('Открыть в VK', 'Open in VK')}</a> },
        ]}
      />
    </>
  );
}
