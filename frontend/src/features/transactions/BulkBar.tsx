import { App, Button, Flex, Select } from 'antd';
import type { TransactionStatus } from '../../api/schema';
import { tr } from '../../app/preferences';
import { keys } from '../../realtime/keys';
import { formatCount } from '../../ui/format';
import { useAction } from '../../ui/useAction';
import { CategorySelect } from '../categories/CategorySelect';
import { transactionsApi, type Decision } from './api';
import { states, stateTitle } from './fields';

/** One decision for all rows that were ticked, on this page and on others. */
export function BulkBar({ chosen, onDone }: { chosen: number[]; onDone: () => void }) {
  const { message } = App.useApp();
  const { busy, run } = useAction(keys.of('transactions'), keys.of('review'), keys.of('summary'));
  if (chosen.length === 0) return null;
  const decide = (decision: Decision) =>
    void run('bulk', async () => {
      const { updated } = await transactionsApi.bulk(chosen, decision);
      void message.success(tr(`Изменено: ${formatCount(updated)}`, `Changed: ${formatCount(updated)}`));
      onDone();
    });
  return (
    <Flex gap={8} wrap align="center" role="region" aria-label={tr('Отмеченные операции', 'Ticked transactions')} style={{ marginBottom: 12 }}>
      <span>{tr('Отмечено', 'Ticked')} <b className="figures">{formatCount(chosen.length)}</b></span>
      <CategorySelect style={{ width: 240 }} disabled={busy !== null} value={null} placeholder={tr('Поставить категорию', 'Set category')} aria-label={tr('Поставить категорию отмеченным', 'Set the category of those ticked')}
        onChange={(category_id) => { if (category_id) decide({ category_id, status: 'APPROVED' }); }} />
      <Select<TransactionStatus | null> style={{ width: 190 }} disabled={busy !== null} value={null} placeholder={tr('Поставить состояние', 'Set state')} aria-label={tr('Поставить состояние отмеченным', 'Set the state of those ticked')}
        options={states.map((value) => ({ value, label: stateTitle(value) }))} onChange={(status) => { if (status) decide({ status }); }} />
      <Button type="link" onClick={onDone}>{tr('Снять отметки', 'Clear')}</Button>
    </Flex>
  );
}
