import { Alert, Button, DatePicker, Flex, Form, Modal, Switch, Tabs, Typography } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { useState } from 'react';
import { api } from '../../api/client';

type Props = {
  visible: boolean;
  onClose: () => void;
  /** The new task's id. */
  onStarted: (taskId: string) => void;
};

const presets: { label: string; value: [Dayjs, Dayjs] }[] = [
  { label: 'Последние 30 дней', value: [dayjs().subtract(30, 'day'), dayjs()] },
  { label: 'Этот месяц', value: [dayjs().startOf('month'), dayjs()] },
  { label: 'Прошлый месяц', value: [dayjs().subtract(1, 'month').startOf('month'), dayjs().subtract(1, 'month').endOf('month')] },
  { label: 'Год', value: [dayjs().subtract(1, 'year'), dayjs()] },
];

export function SyncModal({ visible, onClose, onStarted }: Props) {
  const [period, setPeriod] = useState<[Dayjs, Dayjs]>(presets[0]!.value);
  const [classify, setClassify] = useState(true);
  const [note, setNote] = useState<{ type: 'error' | 'success'; text: string } | null>(null);
  const [busy, setBusy] = useState(false);

  const guarded = async (action: () => Promise<void>) => {
    setBusy(true);
    setNote(null);
    try {
      await action();
    } catch (failure) {
      setNote({ type: 'error', text: (failure as Error).message });
    } finally {
      setBusy(false);
    }
  };
  const start = (begin: () => Promise<{ task_id: string }>) => guarded(async () => onStarted((await begin()).task_id));
  const test = () =>
    guarded(async () => {
      const answer = await api.testConnection();
      setNote({ type: answer.success ? 'success' : 'error', text: answer.message });
    });
  const transactions = () =>
    start(() => api.syncTransactions({ date_from: period[0].format('YYYY-MM-DD'), date_to: period[1].format('YYYY-MM-DD'), auto_classify: classify }));

  return (
    <Modal title="Синхронизация с 1С" open={visible} onCancel={onClose} footer={null} destroyOnHidden>
      <Tabs
        items={[
          {
            key: 'transactions',
            label: 'Транзакции',
            children: (
              <Form layout="vertical" onFinish={() => void transactions()}>
                <Form.Item label="Период" htmlFor="period">
                  <DatePicker.RangePicker id="period" value={period} presets={presets} allowClear={false} format="DD.MM.YYYY" style={{ width: '100%' }}
                    onChange={(value) => value?.[0] && value[1] && setPeriod([value[0], value[1]])} />
                </Form.Item>
                <Form.Item label="Определять категории" htmlFor="classify">
                  <Switch id="classify" checked={classify} onChange={setClassify} />
                </Form.Item>
                <Button type="primary" htmlType="submit" loading={busy}>
                  Загрузить
                </Button>
              </Form>
            ),
          },
          {
            key: 'contractors',
            label: 'Контрагенты',
            children: (
              <>
                <Typography.Paragraph>Справочник контрагентов целиком: названия, ИНН, КПП.</Typography.Paragraph>
                <Button type="primary" loading={busy} onClick={() => void start(api.syncContractors)}>
                  Загрузить контрагентов
                </Button>
              </>
            ),
          },
        ]}
      />
      <Flex vertical gap={8} style={{ marginTop: 16 }}>
        {note && <Alert type={note.type} message={note.text} showIcon />}
        <div>
          <Button disabled={busy} onClick={() => void test()}>
            Проверить соединение
          </Button>
        </div>
      </Flex>
    </Modal>
  );
}
