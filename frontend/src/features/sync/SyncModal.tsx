import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Form, Modal, Switch, Tabs } from 'antd';
import { useState } from 'react';
import { api } from '../../api/client';
import { tr } from '../../app/preferences';
import { keys } from '../../realtime/keys';
import { Failure } from '../../ui/Failure';
import { Period, presets } from '../../ui/Period';

type Props = {
  visible: boolean;
  onClose: () => void;
  /** The started task's id: what follows is its progress. */
  onSyncComplete: (taskId: string) => void;
  tab?: string;
  onTab?: (tab: string) => void;
};

/** Tabs beyond the first two: offered when the server has the task type. */
const further = [
  { type: 'sync_organizations', ru: 'Организации', en: 'Organizations', about: ['Справочник организаций целиком.', 'All organizations.'] },
  { type: 'sync_full', ru: 'Полная', en: 'Everything', about: ['Организации, статьи, контрагенты, затем операции.', 'Organizations, categories, contractors, then transactions.'] },
] as const;

export default function SyncModal({ visible, onClose, onSyncComplete, tab, onTab }: Props) {
  const [period, setPeriod] = useState(() => presets()[0]!.days);
  const [classify, setClassify] = useState(true);
  const [answer, setAnswer] = useState<{ success: boolean; message: string } | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState<'start' | 'test' | null>(null);
  const types = useQuery({ queryKey: keys.types, queryFn: api.taskTypes, staleTime: Infinity });
  const known = new Set(types.data?.task_types.map((type) => type.name));

  const guarded = async (what: 'start' | 'test', action: () => Promise<void>) => {
    setBusy(what);
    setError(null);
    setAnswer(null);
    try {
      await action();
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(null);
    }
  };
  const start = (begin: () => Promise<{ task_id: string }>) => guarded('start', async () => onSyncComplete((await begin()).task_id));
  const button = (label: string, props: object) => <Button type="primary" loading={busy === 'start'} disabled={busy === 'test'} {...props}>{label}</Button>;
  const complete = period.from !== '' && period.to !== '' && period.from <= period.to;

  return (
    <Modal title={tr('Синхронизация с 1С', 'Sync with 1C')} open={visible} onCancel={onClose} footer={null}>
      <Tabs
        activeKey={tab}
        onChange={onTab}
        items={[
          {
            key: 'transactions',
            label: tr('Транзакции', 'Transactions'),
            children: (
              <Form layout="vertical" onFinish={() => void start(() => api.syncTransactions({ date_from: period.from, date_to: period.to, auto_classify: classify }))}>
                <Form.Item label={tr('Период, оба дня включительно', 'Period, both days included')} validateStatus={complete ? undefined : 'error'}
                  help={complete ? undefined : tr('Первый день не позже последнего', 'The first day must not be after the last')}>
                  <Period value={period} onChange={setPeriod} required withPresets />
                </Form.Item>
                <Form.Item label={tr('Определять категории', 'Find categories')} htmlFor="classify" extra={tr('То, в чём есть сомнения, останется на проверку.', 'What is in doubt is left for review.')}>
                  <Switch id="classify" checked={classify} onChange={setClassify} />
                </Form.Item>
                {button(tr('Загрузить', 'Import'), { htmlType: 'submit', disabled: !complete || busy === 'test' })}
              </Form>
            ),
          },
          {
            key: 'contractors',
            label: tr('Контрагенты', 'Contractors'),
            children: (
              <>
                <p>{tr('Справочник контрагентов целиком: названия, ИНН, КПП.', 'All contractors: names, INN, KPP.')}</p>
                {button(tr('Загрузить контрагентов', 'Import contractors'), { onClick: () => void start(api.syncContractors) })}
              </>
            ),
          },
          ...further.filter(({ type }) => known.has(type)).map(({ type, ru, en, about }) => ({
            key: type,
            label: tr(ru, en),
            children: (
              <>
                <p>{tr(...(about as unknown as [string, string]))}</p>
                {button(tr('Загрузить', 'Import'), { onClick: () => void start(() => api.start(type, {})) })}
              </>
            ),
          })),
        ]}
      />
      <div style={{ marginTop: 20, paddingTop: 16, borderTop: '1px solid var(--line)' }} aria-live="polite">
        <Failure error={error} />
        {answer && <Alert type={answer.success ? 'success' : 'error'} message={answer.message} showIcon style={{ marginBottom: 12 }} />}
        <Button loading={busy === 'test'} disabled={busy === 'start'} onClick={() => void guarded('test', async () => setAnswer(await api.testConnection()))}>
          {tr('Проверить соединение с 1С', 'Test the connection to 1C')}
        </Button>
      </div>
    </Modal>
  );
}
