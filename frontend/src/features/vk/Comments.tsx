import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Flex, Select, Tag } from 'antd';
import type { Query } from '../../api/client';
import type { VkComment } from '../../api/schema';
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

type Row = VkComment & { key: string };

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
  const text = (comment: Row) => <VkText text={comment.text} matches={comment.matches} deleted={comment.is_deleted && tr('удалён', 'deleted')} />;
  const author = (comment: Row) => comment.author_name ?? (comment.author_id === null ? '—' : <span className="figures">{comment.author_id}</span>);
  const columns: Column<Row>[] = [
    { key: 'published_at', title: tr('Когда', 'When'), width: 180, render: (_, comment) => <span className="figures">{formatTime(comment.published_at)}</span> },
    { key: 'text', title: tr('Комментарий', 'Comment'), render: (_, comment) => text(comment) },
    { key: 'author', title: tr('Автор', 'Author'), width: 150, render: (_, comment) => author(comment) },
    { key: 'likes', title: '♥', width: 70, align: 'right', render: (_, comment) => <span className="figures">{formatCount(comment.likes)}</span> },
    { key: 'url', title: '', width: 132, render: (_, comment) => <VkLink url={comment.url} /> },
  ];
  // On a phone a comment is one cell, so that nothing has to be swiped.
  const compact: Column<Row>[] = [
    { key: 'text', title: tr('Комментарий', 'Comment'), render: (_, comment) => (
      <>
        {text(comment)}
        <Flex gap={8} wrap className="under quiet"><span className="figures">{formatTime(comment.published_at)}</span>{author(comment)}<span className="figures">♥ {formatCount(comment.likes)}</span><VkLink url={comment.url} /></Flex>
      </>
    ) },
  ];
  const phone = usePhone();
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
      <DataTable<Row>
        list={list}
        rowKey="key"
        url={url}
        filtered={['q', 'group_id', 'post_id', 'keyword'].some((name) => get(name))}
        nothing={tr('Комментариев ещё нет', 'No comments yet')}
        width={phone ? 300 : 720}
        columns={phone ? compact : columns}
      />
    </>
  );
}
