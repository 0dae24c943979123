import { App, Button, Checkbox, Flex, Select } from 'antd';
import { useState } from 'react';
import type { TransactionStatus } from '../../api/schema';
import { tr } from '../../app/preferences';
import { useUrlState } from '../../app/useUrlState';
import { keys } from '../../realtime/keys';
import { formatCount } from '../../ui/format';
import { useAction } from '../../ui/useAction';
import { CategorySelect } from '../categories/CategorySelect';
import { Reclassify } from '../rules/Reclassify';
import { filterParams, transactionsApi, type Decision } from './api';
import { states, stateTitle } from './fields';

/** More at once the server does not change. */
const MOST = 50_000;

/** One decision for all rows that were ticked, on this page and on others; or for all that the list's conditions choose. */
export function BulkBar({ chosen, matching, onDone }: { chosen: number[]; matching: { total: number; filters: object }; onDone: () => void }) {
  const { message, modal } = App.useApp();
  const { set } = useUrlState();
  const [all, setAll] = useState(false);
  const [again, setAgain] = useState(false);
  const { busy, run } = useAction(keys.of('transactions'), keys.of('review'), keys.of('summary'));
  if (chosen.length === 0) return null;
  const { total, filters } = matching;
  const everything = all && total > chosen.length && total <= MOST;
  const change = (decision: Decision) =>
    run('bulk', async () => {
      const { updated, without_category: left } = await (everything ? transactionsApi.bulkMatching(filters, total, decision) : transactionsApi.bulk(chosen, decision));
      const changed = tr(`Изменено: ${formatCount(updated)}`, `Changed: ${formatCount(updated)}`);
      if (left) void message.warning(tr(`${changed}. Осталось как было: ${formatCount(left)} — у них нет категории, и предложить нечего`, `${changed}. Left as they were: ${formatCount(left)}, which have no category and none suggested`), 10);
      else void message.success(changed);
      setAll(false);
      onDone();
    });
  const decide = (decision: Decision) => {
    if (!everything) void change(decision);
    else modal.confirm({
      title: tr(`Изменить операций: ${formatCount(total)}?`, `Change ${formatCount(total)} transactions?`),
      content: tr('Все, что подходят под условия списка, не только видимые. Загрузки этого не изменят.', 'All that the list’s conditions choose, not only those in sight. No import changes it afterwards.'),
      okText: tr('Изменить', 'Change'), cancelText: tr('Отмена', 'Cancel'), onOk: () => change(decision),
    });
  };
  return (
    <Flex gap={8} wrap align="center" role="region" aria-label={tr('Отмеченные операции', 'Ticked transactions')} style={{ marginBottom: 12 }}>
      <span>{tr('Отмечено', 'Ticked')} <b className="figures">{formatCount(everything ? total : chosen.length)}</b></span>
      {total > chosen.length && (
        <Checkbox checked={everything} disabled={total > MOST || busy !== null} onChange={(e) => setAll(e.target.checked)}>
          {total > MOST ? tr(`Все по условиям — до ${formatCount(MOST)} за раз, сузьте условия`, `All that match: at most ${formatCount(MOST)} at a time, narrow the conditions`) : tr(`Все по условиям списка: ${formatCount(total)}`, `All that the list’s conditions choose: ${formatCount(total)}`)}
        </Checkbox>
      )}
      <CategorySelect style={{ width: 240 }} disabled={busy !== null} value={null} placeholder={tr('Поставить категорию', 'Set category')} aria-label={tr('Поставить категорию отмеченным', 'Set the category of those ticked')}
        onChange={(category_id) => { if (category_id) decide({ category_id, status: 'APPROVED' }); }} />
      <Select<TransactionStatus | null> style={{ width: 190 }} disabled={busy !== null} value={null} placeholder={tr('Поставить состояние', 'Set state')} aria-label={tr('Поставить состояние отмеченным', 'Set the state of those ticked')}
        options={states.map((value) => ({ value, label: stateTitle(value) }))} onChange={(status) => { if (status) decide({ status }); }} />
      <Button disabled={busy !== null} onClick={() => setAgain(true)}>{tr('Пересчитать категории', 'Classify again')}</Button>
      {again && (
        <Reclassify selection={everything ? { params: filterParams(filters), count: total } : { params: { ids: chosen }, count: chosen.length }} onClose={() => setAgain(false)}
          onStarted={(id) => { setAgain(false); setAll(false); onDone(); set({ watch: id }); }} />
      )}
      <Button type="link" onClick={onDone}>{tr('Снять отметки', 'Clear')}</Button>
    </Flex>
  );
}
