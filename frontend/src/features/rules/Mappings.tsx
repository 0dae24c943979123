import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Flex, Switch, Tag } from 'antd';
import type { Query } from '../../api/client';
import type { Mapping, MappingChange } from '../../api/schema';
import type { User } from '../../api/types';
import { tr } from '../../app/preferences';
import { can } from '../../app/rights';
import { listQuery, useUrlState } from '../../app/useUrlState';
import { keys } from '../../realtime/keys';
import { DataTable } from '../../ui/DataTable';
import { operationWords } from '../../ui/format';
import { SearchBox } from '../../ui/SearchBox';
import { useAction } from '../../ui/useAction';
import { usePhone } from '../../ui/useMedia';
import { CategoryWords } from '../categories/CategoryWords';
import { rulesApi } from './api';
import { percent } from './words';

/** What each operation of 1C means. Operations an import met for the first time wait here for a category. */
export function Mappings({ user }: { user: User }) {
  const url = useUrlState();
  const { get, set } = url;
  const query = listQuery<Query<'/business-operation-mappings'>>(get, ['q']);
  const list = useQuery({
    queryKey: keys.of('mappings', query),
    queryFn: async () => {
      const { mappings, total } = await rulesApi.mappings(query);
      return { rows: mappings, total };
    },
    placeholderData: keepPreviousData,
  });
  const { run } = useAction(keys.of('mappings'));
  const change = ({ id, ...body }: MappingChange & { id: number }) => run(`mapping ${id}`, () => rulesApi.changeMapping(id, body));
  const may = can.sync(user);
  const phone = usePhone();
  const operation = (row: Mapping) => <span title={row.business_operation}>{operationWords(row.business_operation)} {row.category_id === null && <Tag color="warning">{tr('ждёт категории', 'waits for a category')}</Tag>}</span>;
  const category = (row: Mapping) => may
    ? <CategoryWords of={operationWords(row.business_operation)} value={row.category_id} said={row.category_name ?? '—'} choose={(category_id) => change({ id: row.id, category_id, is_active: true })}>{row.category_name ?? '—'}</CategoryWords>
    : row.category_name;
  const active = (row: Mapping) => <Switch size="small" aria-label={`${tr('Действует', 'Active')}: ${operationWords(row.business_operation)}`} disabled={!may || row.category_id === null} checked={row.is_active} onChange={(is_active) => void change({ id: row.id, is_active })} />;
  return (
    <>
      <div className="filters">
        <SearchBox value={get('q')} placeholder={tr('Операция', 'Operation')} onSearch={(q) => set({ q })} />
        <span className="quiet">{tr('Категория без пометки «ждёт» применяется при загрузке из 1С.', 'A category that does not wait is used by imports from 1C.')}</span>
      </div>
      <DataTable<Mapping>
        list={list}
        rowKey="id"
        url={url}
        filtered={get('q') !== ''}
        nothing={tr('Операции появятся после первой загрузки из 1С', 'Operations appear with the first import from 1C')}
        width={phone ? 300 : 860}
        columns={phone ? [
          { key: 'mapping', title: tr('Операция 1С', 'Operation of 1C'), render: (_, row) => (
            <>
              {operation(row)}
              <Flex justify="space-between" gap={12} align="center"><div style={{ minWidth: 0, flex: 1 }}>{category(row)}</div><span className="under quiet figures">{percent(row.confidence)}</span>{active(row)}</Flex>
            </>
          ) },
        ] : [
          { key: 'operation', title: tr('Операция 1С', 'Operation of 1C'), render: (_, row) => operation(row) },
          { key: 'category', title: tr('Категория', 'Category'), width: 340, render: (_, row) => category(row) },
          { key: 'confidence', title: tr('Уверенность', 'Confidence'), width: 124, align: 'right', render: (_, row) => <span className="figures">{percent(row.confidence)}</span> },
          { key: 'active', title: tr('Действует', 'Active'), width: 100, render: (_, row) => active(row) },
        ]}
      />
    </>
  );
}
