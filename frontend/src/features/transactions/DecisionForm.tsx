import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Form, Input, Select } from 'antd';
import type { TransactionStatus } from '../../api/schema';
import type { Transaction } from '../../api/types';
import { tr } from '../../app/preferences';
import { keys } from '../../realtime/keys';
import { Failure } from '../../ui/Failure';
import { CategorySelect } from '../categories/CategorySelect';
import { transactionsApi } from './api';
import { states, stateTitle } from './fields';

type Values = { category_id: number | null; status: TransactionStatus; notes: string | null };

/** What a person decides about a row: its category, its state, a note. */
export function DecisionForm({ row }: { row: Transaction }) {
  const queryClient = useQueryClient();
  const [form] = Form.useForm<Values>();
  const save = useMutation({
    mutationFn: (values: Values) => transactionsApi.change(row.id, { ...values, category_id: values.category_id ?? null, notes: values.notes?.trim() || null }),
    onSuccess: () => { for (const what of ['transactions', 'review', 'summary']) void queryClient.invalidateQueries({ queryKey: keys.of(what) }); },
  });
  return (
    <Form<Values> form={form} layout="vertical" style={{ marginTop: 20 }} initialValues={{ category_id: row.category_id ?? row.suggested_category_id, status: row.status, notes: row.notes }}
      onValuesChange={(changed: Partial<Values>) => { if (changed.category_id && form.getFieldValue('status') !== 'IGNORED') form.setFieldValue('status', 'APPROVED'); }}
      onFinish={(values) => save.mutate(values)}>
      <Form.Item name="category_id" label={tr('Категория', 'Category')}><CategorySelect allowClear /></Form.Item>
      <Form.Item name="status" label={tr('Состояние', 'State')}><Select options={states.map((value) => ({ value, label: stateTitle(value) }))} /></Form.Item>
      <Form.Item name="notes" label={tr('Заметка', 'Note')}><Input.TextArea maxLength={2000} autoSize={{ minRows: 2, maxRows: 8 }} /></Form.Item>
      <Failure error={save.error} />
      <Button type="primary" htmlType="submit" loading={save.isPending}>{tr('Сохранить', 'Save')}</Button>
    </Form>
  );
}
