import { Tag } from 'antd';
import type { Transaction } from '../../api/types';
import { tr } from '../../app/preferences';
import { stateTitle } from './fields';

/** The state of a row, or why it does not count any more: a statement's row leaves the sums when 1C has the payment, one of 1C when 1C has lost it. */
export function RowState({ row }: { row: Pick<Transaction, 'is_active' | 'source' | 'status'> }) {
  if (row.is_active) return <>{stateTitle(row.status)}</>;
  return row.source === 'bank'
    ? <Tag style={{ margin: 0 }} title={tr('Этот платёж есть и в 1С, и учитывается оттуда', '1C has this payment too, and it counts from there')}>{tr('учтена из 1С', 'counted by 1C')}</Tag>
    : <Tag style={{ margin: 0 }} title={tr('В 1С этого документа больше нет', 'This document is no longer in 1C')}>{tr('нет в 1С', 'gone')}</Tag>;
}
