import { useQueryClient } from '@tanstack/react-query';
import { App, Button, Empty, Flex, Skeleton, type RefSelectProps } from 'antd';
import { useEffect, useRef, useState } from 'react';
import type { Rule } from '../../api/schema';
import type { Transaction, User } from '../../api/types';
import { tr } from '../../app/preferences';
import { keys } from '../../realtime/keys';
import { Failure } from '../../ui/Failure';
import { formatAmount, formatCount, formatDate, operationWords } from '../../ui/format';
import { useAction } from '../../ui/useAction';
import { CategorySelect } from '../categories/CategorySelect';
import { useCategories } from '../categories/api';
import { RuleForm } from '../rules/RuleForm';
import { percent, SURE } from '../rules/words';
import { tasksApi } from '../tasks/api';
import { alikeFilter, meantBy, reviewApi } from './api';
import { ruleFor } from './ruleFor';
import { useReview } from './useReview';
import './review.css';

/** What was in doubt, one after the other: a key accepts, another changes, another makes a rule of it. */
export default function ReviewPage(_: { user: User }) {
  const queryClient = useQueryClient();
  const { message, modal } = App.useApp();
  const { busy, run } = useAction(keys.of('review'), keys.of('transactions'), keys.of('summary'));
  const { list, rows, left, error, decide } = useReview();
  const categories = useCategories();
  const [at, setAt] = useState(0);
  const [rule, setRule] = useState<Transaction | null>(null);
  const select = useRef<RefSelectProps>(null);
  const stage = useRef<HTMLDivElement>(null);
  const place = Math.min(at, Math.max(0, rows.length - 1));
  const row = rows[place];
  const meant = row && meantBy(row);
  const suggested = categories.data?.find((category) => category.id === meant);

  const accept = () => row && suggested && decide(row, { category_id: suggested.id, status: 'APPROVED' });
  const acceptAlike = () => {
    const filter = row && alikeFilter(row);
    if (!filter || !suggested || busy) return;
    void run('alike', async () => {
      const { total, totals } = await reviewApi.alike(filter);
      modal.confirm({
        title: tr(`Принять все такие: ${formatCount(total)}?`, `Accept all like this: ${formatCount(total)}?`),
        content: tr(`${row.counterparty_name ?? filter.counterparty_inn} → ${suggested.path}, на сумму ${formatAmount(totals[row.transaction_type === 'CREDIT' ? 'credit' : 'debit'])}`,
          `${row.counterparty_name ?? filter.counterparty_inn} → ${suggested.path}, ${formatAmount(totals[row.transaction_type === 'CREDIT' ? 'credit' : 'debit'])} in all`),
        okText: tr('Принять', 'Accept'), cancelText: tr('Отмена', 'Cancel'), autoFocusButton: 'ok',
        onOk: () => run('alike', () => reviewApi.acceptAlike(filter, suggested.id, total)),
      });
    });
  };
  /** A rule is made so that one need not decide the same again: it is tried on what waits here at once. */
  const ruleMade = (made: Rule) => {
    setRule(null);
    void queryClient.invalidateQueries({ queryKey: keys.of('rules') });
    if (made.confidence < SURE || !made.is_active) return;
    void run('rule', async () => {
      await tasksApi.start('reclassify_transactions', { status: 'NEEDS_REVIEW', ...(made.rule_type === 'COUNTERPARTY_INN' && { counterparty_inn: made.pattern }) });
      void message.success(tr('Правило сохранено, ждущие проверки операции пересчитываются', 'The rule is saved; what waits for review is classified again'));
    });
  };
  const ignore = () => row && decide(row, { status: 'IGNORED' });
  const move = (by: number) => setAt(Math.max(0, Math.min(rows.length - 1, place + by)));
  const actions: Record<string, () => unknown> = {
    Enter: accept, 'Shift+Enter': acceptAlike, KeyC: () => select.current?.focus(), KeyR: () => row && setRule(row), KeyI: ignore,
    ArrowDown: () => move(1), KeyJ: () => move(1), ArrowUp: () => move(-1), KeyK: () => move(-1),
  };
  const latest = useRef(actions);
  latest.current = actions;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      // Keys belong to the field, button or window that has the focus, else to the row.
      const target = event.target as HTMLElement;
      const mine = target === document.body || stage.current?.contains(target) === true;
      if (!mine || target.closest('input, textarea, button, a, .ant-select') || event.ctrlKey || event.metaKey || event.altKey) return;
      const code = event.code === 'NumpadEnter' ? 'Enter' : event.code;
      const action = latest.current[event.shiftKey && code === 'Enter' ? 'Shift+Enter' : code];
      if (!action) return;
      event.preventDefault();
      if (event.repeat && (code === 'Enter' || code === 'KeyI')) return; // a key that is held decides once
      action();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);

  return (
    <>
      <h1 className="title">{tr('На проверку', 'Review')} {list.data && <span className="quiet figures">{formatCount(left)}</span>}</h1>
      <Failure error={error ?? list.error} onRetry={list.error ? () => void list.refetch() : undefined} />
      {list.isPending && <Skeleton active paragraph={{ rows: 6 }} />}
      {list.data && !row && (
        list.isFetching ? <Skeleton active paragraph={{ rows: 6 }} /> : <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={tr('Всё проверено', 'Everything is reviewed')} />
      )}
      {row && (
        <div className="review" ref={stage}>
          <section className="review-row" tabIndex={-1} aria-live="polite" data-id={row.id}>
            <div className="review-sum">
              <span className={row.transaction_type === 'CREDIT' ? 'figures in' : 'figures'}>{row.transaction_type === 'DEBIT' ? '−' : '+'}{formatAmount(row.amount)}</span>
              <span className="quiet figures">{formatDate(row.transaction_date)} · № {row.document_number ?? '—'}</span>
            </div>
            <div className="review-name">{row.counterparty_name ?? tr('Без контрагента', 'No counterparty')} {row.counterparty_inn && <span className="quiet figures">{tr('ИНН', 'INN')} {row.counterparty_inn}</span>}</div>
            <p className="review-purpose">{row.payment_purpose ?? '—'}</p>
            {row.business_operation && <div className="quiet">{operationWords(row.business_operation)}</div>}
            <div className="review-guess">
              {suggested ? <b>{suggested.path}</b> : <span className="quiet">{tr('Предложения нет', 'No suggestion')}</span>}
              {suggested && row.suggested_category_id === null && <span className="quiet"> {tr('уже стоит', 'is set already')}</span>}
              {suggested && row.suggested_category_id !== null && row.category_confidence !== null && <span className="quiet figures"> {percent(row.category_confidence)}</span>}
              {row.category_reason && <div className="quiet">{row.category_reason}</div>}
            </div>
            <Flex gap={8} wrap align="center">
              <Button type="primary" disabled={!suggested} onClick={accept}>{tr('Принять', 'Accept')} <kbd>Enter</kbd></Button>
              {suggested && alikeFilter(row) && <Button loading={busy === 'alike'} onClick={acceptAlike}>{tr('Принять все такие', 'Accept all like this')} <kbd>Shift+Enter</kbd></Button>}
              <CategorySelect key={row.id} ref={select} style={{ width: 260 }} placeholder={tr('Другая категория (C)', 'Another category (C)')} value={null} aria-label={tr('Другая категория', 'Another category')}
                onKeyDown={(event) => { if (event.key === 'Escape') select.current?.blur(); }} // the keys are the row's again
                onChange={(category_id) => { if (category_id) decide(row, { category_id, status: 'APPROVED' }); select.current?.blur(); }} />
              <Button onClick={() => setRule(row)}>{tr('Сделать правило', 'Make a rule')} <kbd>R</kbd></Button>
              <Button onClick={ignore}>{tr('Не учитывать', 'Ignore')} <kbd>I</kbd></Button>
            </Flex>
          </section>
          <ol className="review-list" aria-label={tr('Следующие', 'What follows')}>
            {rows.slice(Math.max(0, place - 2), place + 8).map((other) => (
              <li key={other.id} aria-current={other.id === row.id}>
                <button type="button" onClick={() => setAt(rows.indexOf(other))}>
                  <span>{other.counterparty_name ?? other.payment_purpose}</span>
                  <span className="figures">{formatAmount(other.amount)}</span>
                </button>
              </li>
            ))}
          </ol>
          <p className="quiet review-keys">{tr('↑ ↓ или K J — предыдущая и следующая; Enter — принять; Shift+Enter — принять все такие же (тот же ИНН и та же категория); C — выбрать категорию; R — сделать правило; I — не учитывать.', '↑ ↓ or K J: previous and next; Enter accepts; Shift+Enter accepts all like this (the same INN and category); C chooses a category; R makes a rule; I ignores.')}</p>
        </div>
      )}
      {rule && <RuleForm start={ruleFor(rule)} onClose={() => setRule(null)} onSaved={ruleMade} />}
    </>
  );
}
