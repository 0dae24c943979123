import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Flex, Tag, Tooltip } from 'antd';
import { Link } from 'react-router-dom';
import { tr } from '../../app/preferences';
import { listQuery, useUrlState } from '../../app/useUrlState';
import type { Card } from '../../api/types';
import { keys } from '../../realtime/keys';
import { DataTable, type Column } from '../../ui/DataTable';
import { SearchBox } from '../../ui/SearchBox';
import { Totals } from '../../ui/Totals';
import { useColumns } from '../../ui/useColumns';
import { usePhone } from '../../ui/useMedia';
import { CardDrawer } from './CardDrawer';

type Props = {
  name: string;
  title: string;
  fetch: (query: { q?: string; limit?: number; offset?: number }) => Promise<{ rows: Card[]; total: number }>;
  /** The transactions of one card; null: they can't be told apart. */
  linkOf: (card: Card) => string | null;
};

/** Contractors or organizations: cards of 1C with a name and tax numbers. */
export function Directory({ name, title, fetch, linkOf }: Props) {
  const url = useUrlState();
  const { get, set } = url;
  const query = listQuery<{ q?: string; limit?: number; offset?: number }>(get, ['q']);
  const list = useQuery({ queryKey: keys.of(name, 'list', query), queryFn: () => fetch(query), placeholderData: keepPreviousData });
  const open = (card: Card) => set({ open: String(card.id) });
  const columns: Column<Card>[] = [
    { key: 'name', title: tr('Название', 'Name'), render: (_, card) => <button type="button" className="linklike" onClick={() => open(card)}>{card.name}</button> },
    { key: 'full_name', title: tr('Полное название', 'Full name'), dataIndex: 'full_name', ellipsis: true },
    { key: 'inn', title: tr('ИНН', 'INN'), dataIndex: 'inn', width: 140, className: 'figures' },
    { key: 'kpp', title: tr('КПП', 'KPP'), dataIndex: 'kpp', width: 120, className: 'figures' },
    { key: 'notes', title: tr('Замечания', 'Warnings'), width: 150, render: (_, card) => (
      <>
        {!card.is_active && <Tag>{tr('удалён в 1С', 'deleted in 1C')}</Tag>}
        {card.warnings.length > 0 && <Tooltip title={card.warnings.join('; ')}><Tag color="warning" tabIndex={0}>{tr('замечания', 'warnings')}</Tag></Tooltip>}
      </>
    ) },
    { key: 'transactions', title: tr('Операции', 'Transactions'), width: 120, render: (_, card) => { const to = linkOf(card); return to && <Link to={to} className="link" aria-label={`${tr('Операции', 'Transactions')}: ${card.name}`}>{tr('Операции', 'Show')}</Link>; } },
  ];
  // On a phone a card is one cell, so that nothing has to be swiped.
  const compact: Column<Card>[] = [
    { key: 'card', title: tr('Название', 'Name'), render: (_, card) => (
      <>
        <Flex justify="space-between" gap={8}><button type="button" className="linklike" onClick={() => open(card)}>{card.name}</button>{!card.is_active ? <Tag style={{ margin: 0 }}>{tr('удалён', 'deleted')}</Tag> : card.warnings.length > 0 && <Tag color="warning" style={{ margin: 0 }}>{tr('замечания', 'warnings')}</Tag>}</Flex>
        {card.full_name !== card.name && <div className="under">{card.full_name}</div>}
        <div className="under quiet figures">{[card.inn && `${tr('ИНН', 'INN')} ${card.inn}`, card.kpp && `${tr('КПП', 'KPP')} ${card.kpp}`].filter(Boolean).join(' · ')}</div>
      </>
    ) },
  ];
  const phone = usePhone();
  const { shown, chooser } = useColumns(name, columns, [], 'name');
  const card = list.data?.rows.find(({ id }) => String(id) === get('open'));
  return (
    <>
      <h1 className="title">{title}</h1>
      <div className="filters">
        <SearchBox value={get('q')} placeholder={tr('Название или ИНН', 'Name or INN')} onSearch={(q) => set({ q })} />
        {!phone && chooser}
      </div>
      <Totals total={list.data?.total} />
      <DataTable<Card> list={list} rowKey="id" columns={phone ? compact : shown} url={url} filtered={get('q') !== ''} nothing={tr('Пока пусто: загрузите из 1С', 'Nothing yet: import from 1C')} width={phone ? 300 : 760} onOpen={open} />
      {card && <CardDrawer card={card} transactions={linkOf(card)} onClose={() => set({ open: null })} />}
    </>
  );
}
