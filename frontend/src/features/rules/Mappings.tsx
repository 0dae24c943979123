import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Switch, Tag } from 'antd';
import type { Query } from '../../api/client';
import type { Mapping, MappingChange } from '../../api/schema';
import type { User } from '../../api/types';
import { tr } from '../../app/preferences';
import { can } from '../../app/rights';
import { listQuery, useUrlState } from '../../app/useUrlState';
import { keys } from '../../realtime/keys';
import { DataTable } from '../../ui/DataTable';
import { Failure } from '../../ui/Failure';
import { operationWords } from '../../ui/format';
import { SearchBox } from '../../ui/SearchBox';
import { CategorySelect } from '../categories/CategorySelect';
import { rulesApi } from './api';
import { percent } from './words';

/** What each operation of 1C means. Operations an import met for the first time wait here for a category. */
export function Mappings({ user }: { user: User }) {
  const url = useUrlState();
  const { get, set } = url;
  const queryClient = useQueryClient();
  const query = listQuery<Query<'/business-operation-mappings'>>(get, ['q']);
  const list = useQuery({
    queryKey: keys.of('mappings', query),
    queryFn: async () => {
      const { mappings, total } = await rulesApi.mappings(query);
      return { rows: mappings, total };
    },
    placeholderData: keepPreviousData,
  });
  const change = useMutation({
    mutationFn: ({ id, ...body }: MappingChange & { id: number }) => rulesApi.changeMapping(id, body),
    onSettled: () => queryClient.invalidateQueries({ queryKey: keys.of('mappings') }),
  });
  const may = can.sync(user);
  return (
    <>
      <div className="filters">
        <SearchBox value={get('q')} placeholder={tr('Операция', 'Operation')} onSearch={(q) => set({ q })} />
        <span className="quiet">{tr('Категория без пометки «ждёт» применяется при загрузке из 1С.', 'A category that does not wait is used by imports from 1C.')}</span>
      </div>
      <Failure error={change.error} />
      <DataTable<Mapping>
        list={list}
        rowKey="id"
        url={url}
        filtered={get('q') !== ''}
        nothing={tr('Операции появятся после первой загрузки из 1С', 'Operations appear with the first import from 1C')}
        width={860}
        columns={[
          { key: 'operation', title: tr('Операция 1С', 'Operation of 1C'), render: (_, row) => <span title={row.business_operation}>{operationWords(row.business_operation)} {row.category_id === null && <Tag color="warning">{tr('ждёт категории', 'waits for a category')}</Tag>}</span> },
          { key: 'category', title: tr('Категория', 'Category'), width: 300, render: (_, row) => may
            ? <CategorySelect style={{ width: '100%' }} aria-label={`${tr('Категория', 'Category')}: ${operationWords(row.business_operation)}`} value={row.category_id} onChange={(category_id) => change.mutate({ id: row.id, category_id, is_active: true })} />
            : row.category_name },
          { key: 'confidence', title: tr('Уверенность', 'Confidence'), width: 124, align: 'right', render: (_, row) => <span className="figures">{percent(row.confidence)}</span> },
          { key: 'active', title: tr('Действует', 'Active'), width: 100, render: (_, row) => <Switch size="small" aria-label={`${tr('Действует', 'Active')}: ${operationWords(row.business_operation)}`} disabled={!may || row.category_id === null} checked={row.is_active} onChange={(is_active) => change.mutate({ id: row.id, is_active })} /> },
        ]}
      />
    </>
  );
}
