import { Button, Checkbox, Form, Switch } from 'antd';
import { useId, useState } from 'react';
import { tr } from '../../app/preferences';
import { Failure } from '../../ui/Failure';
import { errorAt } from '../../ui/FormFailure';
import { Period, presets } from '../../ui/Period';
import type { PeriodBody } from './api';
import { usePane, type Pane } from './usePane';

/** An import of a period. */
export function PeriodPane({ about, start: begin, ...pane }: Pane & { about: string; start: (body: PeriodBody) => Promise<{ task_id: string }> }) {
  const { error, busy, start } = usePane(pane);
  const [period, setPeriod] = useState(() => presets()[0]!.days);
  const [classify, setClassify] = useState(true);
  const [dry, setDry] = useState(false);
  const id = useId();
  const right = period.from !== '' && period.to !== '' && period.from <= period.to;
  const wrong = right ? errorAt(error, 'date_from', 'date_to') : tr('Первый день не позже последнего', 'The first day must not be after the last');
  return (
    <Form layout="vertical" onFinish={() => void start(() => begin({ date_from: period.from, date_to: period.to, auto_classify: classify, ...(dry && { dry_run: true }) }))}>
      <p>{about}</p>
      <Form.Item label={tr('Период, оба дня включительно', 'Period, both days included')} validateStatus={wrong ? 'error' : undefined} help={wrong}>
        <Period value={period} onChange={setPeriod} required withPresets />
      </Form.Item>
      <Form.Item label={tr('Определять категории', 'Find categories')} htmlFor={id} extra={tr('То, в чём есть сомнения, останется на проверку.', 'What is in doubt is left for review.')}>
        <Switch id={id} checked={classify} onChange={setClassify} />
      </Form.Item>
      <Form.Item extra={tr('Ничего не запишет: покажет, что появится, изменится и исчезнет.', 'Writes nothing: shows what would be new, changed and gone.')}>
        <Checkbox checked={dry} onChange={(e) => setDry(e.target.checked)}>{tr('Пробный запуск', 'Dry run')}</Checkbox>
      </Form.Item>
      <Failure error={error} placed={['date_from', 'date_to']} />
      <Button type="primary" htmlType="submit" loading={busy} disabled={!right}>{dry ? tr('Проверить', 'Look') : tr('Загрузить', 'Import')}</Button>
    </Form>
  );
}
