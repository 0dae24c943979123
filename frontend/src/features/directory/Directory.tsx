import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Empty, Table, Tag, Tooltip } from 'antd';
import { Link } from 'react-router-dom';
import { tr } from '../../app/preferences';
import { apiQuery, pageOf, useUrlState } from '../../app/useUrlState';
import type { Card } from '../../api/types';
import { Failure } from '../../ui/Failure';
import { formatCount } from '../../ui/format';
import { SearchBox } from '../../ui/SearchBox';

const PAGE = 50;

type Props = {
  name: string;
  title: string;
  fetch: (query: string) => Promise<{ cards: Card[]; total: number }>;
  /** The transactions of one card. */
  linkOf: (card: Card) => string | null;
};

/** Contractors or organizations: cards of 1C with a name and tax numbers. */
export function Directory({ name, title, fetch, linkOf }: Props) {
  const { get, set } = useUrlState();
  const query = apiQuery(get, ['q'], PAGE);
  const list = useQuery({ queryKey: [name, 'list', query], queryFn: () => fetch(query), placeholderData: keepPreviousData });
  return (
    <>
      <h1 className="title">{title}</h1>
      <div className="filters">
        <SearchBox value={get('q')} placeholder={tr('Название или ИНН', 'Name or INN')} onSearch={(q) => set({ q })} />
        <span className="quiet">{list.data && `${tr('Всего', 'Total')} ${formatCount(list.data.total)}`}</span>
      </div>
      <Failure error={list.error} onRetry={() => void list.refetch()} />
      <Table<Card>
        rowKey="id"
        size="small"
        loading={list.isPending || list.isPlaceholderData}
        dataSource={list.data?.cards ?? []}
        scroll={{ x: 720 }}
        pagination={{ current: pageOf(get), pageSize: PAGE, total: list.data?.total ?? 0, showSizeChanger: false, hideOnSinglePage: true, onChange: (page) => set({ page: page > 1 ? String(page) : null }) }}
        locale={{ emptyText: list.isPending || list.error ? ' ' : <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={get('q') ? tr('Ничего не нашлось', 'Nothing was found') : tr('Пока пусто: загрузите из 1С', 'Nothing yet: import from 1C')} /> }}
        columns={[
          { title: tr('Название', 'Name'), render: (_, card) => { const to = linkOf(card); return to ? <Link to={to} style={{ color: 'var(--accent)' }}>{card.name}</Link> : card.name; } },
          { title: tr('Полное название', 'Full name'), dataIndex: 'full_name', ellipsis: true },
          { title: tr('ИНН', 'INN'), dataIndex: 'inn', width: 140, className: 'figures' },
          { title: tr('КПП', 'KPP'), dataIndex: 'kpp', width: 120, className: 'figures' },
          { title: '', width: 150, render: (_, card) => (
            <>
              {!card.is_active && <Tag>{tr('удалён в 1С', 'deleted in 1C')}</Tag>}
              {(card.warnings?.length ?? 0) > 0 && <Tooltip title={card.warnings!.join('; ')}><Tag color="warning" tabIndex={0}>{tr('замечания', 'warnings')}</Tag></Tooltip>}
            </>
          ) },
        ]}
      />
    </>
  );
}
