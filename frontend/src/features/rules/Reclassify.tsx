import { useMutation } from '@tanstack/react-query';
import { Button, Checkbox, Form, Modal } from 'antd';
import { useState } from 'react';
import { tr } from '../../app/preferences';
import { Failure } from '../../ui/Failure';
import { errorAt } from '../../ui/FormFailure';
import { Period, type Days } from '../../ui/Period';
import { formatCount } from '../../ui/format';
import { tasksApi } from '../tasks/api';

/** Rows that were chosen elsewhere: parameters of the task, and how many they are. */
export type Selection = { params: Record<string, unknown>; count: number };

/** Today's rules over rows that are there already; what people decided stays. */
export function Reclassify({ selection, onClose, onStarted }: { selection?: Selection; onClose: () => void; onStarted: (taskId: string) => void }) {
  const [days, setDays] = useState<Days>({ from: '', to: '' });
  const [dry, setDry] = useState(true);
  const wrong = days.from !== '' && days.to !== '' && days.from > days.to;
  const start = useMutation({
    mutationFn: () => tasksApi.start('reclassify_transactions', { ...(selection?.params ?? { ...(days.from && { date_from: days.from }), ...(days.to && { date_to: days.to }) }), dry_run: dry }),
    onSuccess: ({ task_id }) => onStarted(task_id),
  });
  const said = wrong ? tr('Первый день не позже последнего', 'The first day must not be after the last') : errorAt(start.error, 'date_from', 'date_to');
  return (
    <Modal open title={tr('Пересчитать категории', 'Classify again')} onCancel={onClose} footer={null}>
      <Form layout="vertical" onFinish={() => start.mutate()}>
        <p>{tr('Сегодняшние правила применятся к уже загруженным операциям. То, что решили люди, не изменится.', 'Today’s rules are applied to transactions that are there already. What people decided stays.')}</p>
        {selection ? (
          <p>{tr('Операций:', 'Transactions:')} <b className="figures">{formatCount(selection.count)}</b></p>
        ) : (
          <Form.Item label={tr('Период; пустой — всё', 'Period; empty: everything')} validateStatus={said ? 'error' : undefined} help={said}>
            <Period value={days} onChange={setDays} withPresets />
          </Form.Item>
        )}
        <Form.Item><Checkbox checked={dry} onChange={(e) => setDry(e.target.checked)}>{tr('Только посчитать, что изменится', 'Only count what would change')}</Checkbox></Form.Item>
        <Failure error={start.error} placed={selection ? [] : ['date_from', 'date_to']} />
        <Button type="primary" htmlType="submit" loading={start.isPending} disabled={wrong}>{dry ? tr('Посчитать', 'Count') : tr('Пересчитать', 'Classify')}</Button>
      </Form>
    </Modal>
  );
}
