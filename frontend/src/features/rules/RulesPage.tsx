import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Flex, Select, Switch, Tabs } from 'antd';
import { useState } from 'react';
import type { Query } from '../../api/client';
import type { Rule } from '../../api/schema';
import type { User } from '../../api/types';
import { tr } from '../../app/preferences';
import { can } from '../../app/rights';
import { listQuery, useUrlState } from '../../app/useUrlState';
import { keys } from '../../realtime/keys';
import { DataTable } from '../../ui/DataTable';
import { Failure } from '../../ui/Failure';
import { Filters } from '../../ui/Filters';
import { SearchBox } from '../../ui/SearchBox';
import { usePhone } from '../../ui/useMedia';
import { CategorySelect } from '../categories/CategorySelect';
import { typeTitle } from '../transactions/fields';
import { rulesApi } from './api';
import { Items } from './Items';
import { Mappings } from './Mappings';
import { Reclassify } from './Reclassify';
import { RuleForm } from './RuleForm';
import { percent, ruleTypes, ruleTypeTitle } from './words';

const filters = ['q', 'rule_type', 'category_id', 'id'] as const;

/** How categories are found: rules, and what the operations of 1C mean. */
export default function RulesPage({ user }: { user: User }) {
  const { get, set } = useUrlState();
  return (
    <>
      <h1 className="title">{tr('Правила категорий', 'Category rules')}</h1>
      <Tabs
        activeKey={get('tab') || 'rules'}
        onChange={(tab) => set({ tab: tab === 'rules' ? null : tab, q: null })}
        destroyOnHidden
        items={[
          { key: 'rules', label: tr('Правила', 'Rules'), children: <Rules user={user} /> },
          { key: 'mappings', label: tr('Операции 1С', 'Operations of 1C'), children: <Mappings user={user} /> },
          { key: 'items', label: tr('Статьи 1С', 'Items of 1C'), children: <Items user={user} /> },
        ]}
      />
    </>
  );
}

function Rules({ user }: { user: User }) {
  const url = useUrlState();
  const { get, set } = url;
  const { modal } = App.useApp();
  const queryClient = useQueryClient();
  const [form, setForm] = useState<Rule | 'new' | null>(null);
  const [again, setAgain] = useState(false);
  const query = listQuery<Query<'/categorization-rules'>>(get, filters);
  const list = useQuery({
    queryKey: keys.of('rules', query),
    queryFn: async () => {
      const { rules, total } = await rulesApi.list(query);
      return { rows: rules, total };
    },
    placeholderData: keepPreviousData,
  });
  const renew = () => queryClient.invalidateQueries({ queryKey: keys.of('rules') });
  const change = useMutation({ mutationFn: ({ id, is_active }: Rule) => rulesApi.change(id, { is_active: !is_active }), onSettled: renew });
  const remove = useMutation({ mutationFn: (rule: Rule) => rulesApi.remove(rule.id), onSettled: renew });
  const may = can.sync(user);
  const confirmRemoval = (rule: Rule) =>
    void modal.confirm({
      title: tr(`Удалить правило «${rule.pattern}»?`, `Remove the rule “${rule.pattern}”?`),
      content: tr('Уже поставленные категории останутся.', 'Categories it has set stay.'),
      okText: tr('Удалить', 'Remove'), okButtonProps: { danger: true }, cancelText: tr('Нет', 'No'),
      onOk: () => remove.mutateAsync(rule).catch(() => undefined),
    });
  const what = (rule: Rule) => (may ? <button type="button" className="linklike clamp" title={rule.pattern} onClick={() => setForm(rule)}>{rule.pattern}</button> : <span className="clamp" title={rule.pattern}>{rule.pattern}</span>);
  const active = (rule: Rule) => <Switch size="small" aria-label={`${tr('Действует', 'Active')}: ${rule.pattern}`} disabled={!may} checked={rule.is_active} onChange={() => change.mutate(rule)} />;
  const remover = (rule: Rule) => <button type="button" className="linklike" aria-label={`${tr('Удалить', 'Remove')}: ${rule.pattern}`} onClick={() => confirmRemoval(rule)}>{tr('Удалить', 'Remove')}</button>;
  const phone = usePhone();
  return (
    <>
      <Filters count={filters.filter((name) => get(name)).length} onReset={() => set({ q: null, rule_type: null, category_id: null, id: null })}
        search={<SearchBox value={get('q')} placeholder={tr('Что ищет правило', 'What a rule looks for')} onSearch={(q) => set({ q, id: null })} />}>
        <Select allowClear aria-label={tr('Вид правила', 'Kind of rule')} placeholder={tr('Вид', 'Kind')} style={{ width: 170 }} value={get('rule_type') || null} onChange={(rule_type) => set({ rule_type })}
          options={ruleTypes.map((value) => ({ value, label: ruleTypeTitle(value) }))} />
        <CategorySelect allowClear everything style={{ width: 180 }} value={get('category_id') ? Number(get('category_id')) : null} onChange={(id) => set({ category_id: id ? String(id) : null })} />
        {may && <Button type="primary" onClick={() => setForm('new')}>{tr('Новое правило', 'New rule')}</Button>}
        {may && <Button onClick={() => setAgain(true)}>{tr('Пересчитать категории', 'Classify again')}</Button>}
      </Filters>
      <Failure error={change.error ?? remove.error} />
      <DataTable<Rule>
        list={list}
        rowKey="id"
        url={url}
        filtered={filters.some((name) => get(name))}
        nothing={tr('Правил ещё нет', 'No rules yet')}
        width={phone ? 300 : 860}
        columns={phone ? [
          { key: 'rule', title: tr('Правило', 'Rule'), render: (_, rule) => (
            <>
              <Flex justify="space-between" gap={12} align="start">{what(rule)}{active(rule)}</Flex>
              <div>{rule.category_name}</div>
              <Flex justify="space-between" gap={12} className="under quiet">
                <span>{ruleTypeTitle(rule.rule_type)}{rule.transaction_type && `, ${tr('только', 'only')} ${typeTitle(rule.transaction_type).toLowerCase()}`} · {percent(rule.confidence)} · {tr('приоритет', 'priority')} {rule.priority}</span>
                {may && remover(rule)}
              </Flex>
            </>
          ) },
        ] : [
          { key: 'rule_type', title: tr('Смотрит на', 'Looks at'), width: 150, render: (_, rule) => <>{ruleTypeTitle(rule.rule_type)}{rule.transaction_type && <div className="under quiet">{tr('только', 'only')} {typeTitle(rule.transaction_type).toLowerCase()}</div>}</> },
          { key: 'pattern', title: tr('Ищет', 'Looks for'), render: (_, rule) => what(rule) },
          { key: 'category', title: tr('Категория', 'Category'), width: 170, dataIndex: 'category_name' },
          { key: 'confidence', title: tr('Уверенность', 'Confidence'), width: 124, align: 'right', render: (_, rule) => <span className="figures">{percent(rule.confidence)}</span> },
          { key: 'priority', title: tr('Приоритет', 'Priority'), width: 100, align: 'right', dataIndex: 'priority', className: 'figures' },
          { key: 'active', title: tr('Действует', 'Active'), width: 100, render: (_, rule) => active(rule) },
          { key: 'remove', title: '', width: 84, render: (_, rule) => may && remover(rule) },
        ]}
      />
      {form && <RuleForm rule={form === 'new' ? undefined : form} onClose={() => setForm(null)} onSaved={() => { setForm(null); void renew(); }} />}
      {again && <Reclassify onClose={() => setAgain(false)} onStarted={(id) => { setAgain(false); set({ watch: id }); }} />}
      {!may && <Flex className="quiet" style={{ marginTop: 12 }}>{tr('Менять правила могут менеджер и администратор.', 'Managers and administrators may change rules.')}</Flex>}
    </>
  );
}
