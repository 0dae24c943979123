import { useMutation, useQueryClient } from '@tanstack/react-query';
import { App, Button, Form, Input, Select } from 'antd';
import { useEffect, useRef } from 'react';
import type { TransactionStatus } from '../../api/schema';
import type { Transaction } from '../../api/types';
import { tr } from '../../app/preferences';
import { keys } from '../../realtime/keys';
import { FormFailure } from '../../ui/FormFailure';
import { useCategories } from '../categories/api';
import { CategorySelect } from '../categories/CategorySelect';
import { transactionsApi } from './api';
import { states, stateTitle } from './fields';

type Values = { category_id: number | null; status: TransactionStatus; notes: string | null };

const valuesOf = ({ category_id, status, notes }: Pick<Transaction, keyof Values>): Values => ({ category_id, status, notes });
/** A field that was emptied says undefined or ''. */
const plain = (values: Values): Values => ({ category_id: values.category_id ?? null, status: values.status, notes: values.notes?.trim() || null });
/** Only these are sent: what a person did not touch is no decision of theirs. */
const changedOf = (values: Values, row: Transaction): Partial<Values> =>
  Object.fromEntries(Object.entries(plain(values)).filter(([name, value]) => value !== row[name as keyof Values]));

/** What a person decides about a row: its category, its state, a note. */
export function DecisionForm({ row }: { row: Transaction }) {
  const queryClient = useQueryClient();
  const { message } = App.useApp();
  const [form] = Form.useForm<Values>();
  const chosen = Form.useWatch('category_id', form);
  const suggestion = useCategories().data?.find(({ id }) => id === row.suggested_category_id);
  const known = useRef(row);
  useEffect(() => {
    // The row may change below the form: what nobody touched here follows it, what was typed stays.
    const touched = changedOf(form.getFieldsValue(), known.current);
    form.setFieldsValue({ ...valuesOf(row), ...touched });
    known.current = row;
  }, [form, row]);
  const save = useMutation({
    mutationFn: (changed: Partial<Values>) => transactionsApi.change(row.id, changed),
    onSuccess: () => { for (const what of ['transactions', 'review', 'summary']) void queryClient.invalidateQueries({ queryKey: keys.of(what) }); },
  });
  /** A category that was chosen is checked, too; without one nothing new is said about the state. */
  const follow = (category: number | null | undefined) => form.setFieldValue('status', category && row.status !== 'IGNORED' ? 'APPROVED' : row.status);
  const accept = (category_id: number) => {
    form.setFieldValue('category_id', category_id);
    follow(category_id);
  };
  const finish = (now: Values) => {
    const changed = changedOf(now, row);
    if (Object.keys(changed).length > 0) save.mutate(changed);
    else void message.info(tr('Ничего не изменено', 'Nothing was changed'));
  };
  return (
    <Form<Values> form={form} layout="vertical" style={{ marginTop: 20 }} initialValues={valuesOf(row)}
      onValuesChange={(one: Partial<Values>) => {
        if ('category_id' in one) follow(one.category_id);
        // The server would do the same: let it be seen before.
        else if (suggestion && !chosen && (one.status === 'APPROVED' || one.status === 'CATEGORIZED')) form.setFieldValue('category_id', suggestion.id);
      }}
      onFinish={finish}>
      <Form.Item name="category_id" label={tr('Категория', 'Category')}
        extra={suggestion && !chosen && <>{tr('Предлагается:', 'Suggested:')} <button type="button" className="linklike" onClick={() => accept(suggestion.id)}>{suggestion.name}</button></>}>
        <CategorySelect allowClear />
      </Form.Item>
      <Form.Item name="status" label={tr('Состояние', 'State')}><Select options={states.map((value) => ({ value, label: stateTitle(value) }))} /></Form.Item>
      <Form.Item name="notes" label={tr('Заметка', 'Note')}><Input.TextArea maxLength={2000} autoSize={{ minRows: 2, maxRows: 8 }} /></Form.Item>
      <FormFailure error={save.error} />
      <Button type="primary" htmlType="submit" loading={save.isPending}>{tr('Сохранить', 'Save')}</Button>
    </Form>
  );
}
