import { useMutation } from '@tanstack/react-query';
import { Alert, Button, Flex, Form, Input, InputNumber, Modal, Select, Slider, Switch } from 'antd';
import type { Rule, RuleInput, RuleType } from '../../api/schema';
import { tr } from '../../app/preferences';
import { FormFailure } from '../../ui/FormFailure';
import { CategorySelect } from '../categories/CategorySelect';
import { rulesApi } from './api';
import { RuleTrialReport } from './RuleTrialReport';
import { patternHint, ruleTypes, ruleTypeTitle, SURE } from './words';

type Values = { rule_type: RuleType; pattern: string; category_id: number; priority: number; percent: number; transaction_type: 'CREDIT' | 'DEBIT' | null; is_active: boolean };

const inputOf = ({ percent, ...values }: Values): RuleInput => ({ ...values, confidence: percent / 100 });

/** A rule, new or changed; what it would do can be seen before it is saved. start: what a new one begins with. */
export function RuleForm({ rule, start, onClose, onSaved }: { rule?: Rule; start?: Partial<RuleInput>; onClose: () => void; onSaved: (rule: Rule) => void }) {
  const [form] = Form.useForm<Values>();
  const trial = useMutation({ mutationFn: rulesApi.tryOut });
  const save = useMutation({ mutationFn: (input: RuleInput) => (rule ? rulesApi.change(rule.id, input) : rulesApi.add(input)), onSuccess: onSaved });
  const from: Partial<RuleInput> = rule ?? start ?? {};
  const type = Form.useWatch('rule_type', form) ?? from.rule_type ?? 'KEYWORD';
  const needed = [{ required: true, message: tr('Нужно заполнить', 'Is needed') }];
  const tryOut = () => void form.validateFields().then((values) => trial.mutate({ ...inputOf(values), ...(rule && { id: rule.id }) }), () => undefined);
  return (
    <Modal open width={640} title={rule ? tr('Правило', 'Rule') : tr('Новое правило', 'New rule')} onCancel={onClose} footer={null}>
      <Form<Values>
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ rule_type: 'KEYWORD', priority: 100, transaction_type: null, is_active: true, ...from, percent: Math.round((from.confidence ?? 0.95) * 100) }}
        onValuesChange={() => trial.reset()}
        onFinish={(values) => save.mutate(inputOf(values))}
      >
        <Form.Item name="rule_type" label={tr('Смотреть на', 'Look at')}>
          <Select options={ruleTypes.map((value) => ({ value, label: ruleTypeTitle(value) }))} />
        </Form.Item>
        <Form.Item name="pattern" label={tr('Что искать', 'What to look for')} rules={needed} extra={patternHint(type)}>
          <Input maxLength={500} autoFocus />
        </Form.Item>
        <Form.Item name="category_id" label={tr('Категория', 'Category')} rules={needed}>
          <CategorySelect />
        </Form.Item>
        <Form.Item name="transaction_type" label={tr('Направление', 'Direction')}>
          <Select options={[{ value: null, label: tr('Любое', 'Any') }, { value: 'CREDIT', label: tr('Поступления', 'Receipts') }, { value: 'DEBIT', label: tr('Списания', 'Payments') }]} />
        </Form.Item>
        <Form.Item name="percent" label={tr('Уверенность, %', 'Confidence, %')} extra={tr(`От ${SURE * 100} % категория ставится сразу, ниже — предлагается на проверку.`, `From ${SURE * 100}% on the category is set, below it is suggested for review.`)}>
          <Slider min={50} max={100} ariaLabelForHandle={tr('Уверенность, %', 'Confidence, %')} />
        </Form.Item>
        <Flex gap={24} wrap>
          <Form.Item name="priority" label={tr('Приоритет (больше — раньше)', 'Priority (higher first)')}>
            <InputNumber min={0} max={1000} precision={0} />
          </Form.Item>
          <Form.Item name="is_active" label={tr('Действует', 'Active')} valuePropName="checked">
            <Switch />
          </Form.Item>
        </Flex>
        <FormFailure error={trial.error ?? save.error} as={{ confidence: 'percent' }} />
        {trial.data && <RuleTrialReport trial={trial.data} />}
        {trial.data?.changed === 0 && trial.data.matched > 0 && <Alert type="info" showIcon style={{ marginBottom: 12 }} message={tr('Подходит, но ничего не изменит: категория этих операций останется прежней.', 'It fits but changes nothing: these transactions keep their category.')} />}
        <Flex gap={8} wrap>
          <Button type="primary" htmlType="submit" loading={save.isPending}>{tr('Сохранить', 'Save')}</Button>
          <Button onClick={tryOut} loading={trial.isPending}>{tr('Попробовать', 'Try it')}</Button>
        </Flex>
      </Form>
    </Modal>
  );
}
