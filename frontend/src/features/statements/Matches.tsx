import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Alert, App, Button, Empty, Flex, Pagination, Segmented, Skeleton, Tag } from 'antd';
import { useEffect, useRef } from 'react';
import { Link } from 'react-router-dom';
import type { Match, MatchSide } from '../../api/schema';
import type { User } from '../../api/types';
import { tr } from '../../app/preferences';
import { can } from '../../app/rights';
import { pageOf, useUrlState } from '../../app/useUrlState';
import { keys } from '../../realtime/keys';
import { Amount } from '../../ui/Amount';
import { Failure } from '../../ui/Failure';
import { formatDate } from '../../ui/format';
import { useAction } from '../../ui/useAction';
import { statementsApi, type Decision } from './api';
import './matches.css';

const PAGE = 10;
type State = 'open' | 'decided';
type Candidate = Match['candidates'][number];

/** Rows of a statement and of 1C that may be one payment, side by side; a person says whether they are. */
export function Matches({ user }: { user: User }) {
  const { get, set } = useUrlState();
  const { message } = App.useApp();
  const state: State = get('state') === 'decided' ? 'decided' : 'open';
  const page = pageOf(get);
  const query = { state, limit: PAGE, offset: (page - 1) * PAGE };
  const list = useQuery({ queryKey: keys.of('matches', query), queryFn: () => statementsApi.matches(query), placeholderData: keepPreviousData });
  const { busy, run } = useAction(keys.data);
  const stage = useRef<HTMLDivElement>(null);
  const focusAt = useRef<number | null>(null);
  const found = list.data?.matches ?? [];

  // Whoever decides with the keyboard goes on with what stands in the place of what was decided.
  useEffect(() => {
    if (focusAt.current === null || list.isFetching) return;
    const cards = stage.current?.querySelectorAll<HTMLElement>('.match') ?? [];
    cards[Math.min(focusAt.current, cards.length - 1)]?.querySelector<HTMLElement>('.match-buttons button')?.focus();
    focusAt.current = null;
  }, [list.data, list.isFetching]);

  const decide = async (place: number, match: Match, candidate: Candidate, decision: Decision) => {
    if (!(await run(`${match.id} ${candidate.transaction.id} ${decision}`, () => statementsApi.decide(match.id, candidate.transaction.id, decision)))) return;
    focusAt.current = place;
    void message.success(decision === 'same' ? tr('Связано: платёж учитывается один раз', 'Linked: the payment counts once') : tr('Оставлены оба платежа', 'Both payments stay'));
    if (found.length === 1 && page > 1) set({ page: String(page - 1) });
  };

  return (
    <div ref={stage}>
      <Segmented<State> aria-label={tr('Что показать', 'What to show')} value={state} onChange={(value) => set({ state: value === 'open' ? null : value })} style={{ marginBottom: 16 }}
        options={[{ value: 'open', label: tr('Ждут решения', 'Waiting') }, { value: 'decided', label: tr('Решённые', 'Decided') }]} />
      <Failure error={list.error} onRetry={() => void list.refetch()} />
      {list.isPending && <Skeleton active paragraph={{ rows: 6 }} />}
      {list.data && found.length === 0 && (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={state === 'open' ? tr('Неясных совпадений нет: выписки и 1С связаны однозначно', 'Nothing is unclear: statements and 1C are linked without doubt') : tr('Решений ещё не было', 'Nothing was decided yet')} />
      )}
      {state === 'open' && found.length > 0 && <Alert type="info" showIcon style={{ marginBottom: 16 }} message={tr('Пока решения нет, учитываются обе строки: и банка, и 1С. Решение сохраняется при любых загрузках; его можно изменить в «Решённых».', 'Until you decide both rows count, the bank’s and 1C’s. No import overturns a decision; it can be changed under “Decided”.')} />}
      {found.map((match, place) => (
        <article key={match.id} className="match" aria-label={tr(`Строка выписки ${match.statement.document_number ?? ''}`, `Row of the statement ${match.statement.document_number ?? ''}`)}>
          <Flex justify="space-between" gap="4px 16px" wrap align="baseline">
            <span className="match-sum"><Amount amount={match.statement.amount} type={match.statement.transaction_type} /></span>
            <span className="quiet figures">{match.statement.account_number}</span>
          </Flex>
          <p className="match-why">{match.why}. <span className="quiet" style={{ overflowWrap: 'anywhere' }}>{match.statement.file}, {tr('строка', 'line')} {match.statement.line}</span></p>
          {match.candidates.map((candidate) => (
            <Sides key={candidate.transaction.id} match={match} candidate={candidate} busy={busy} onDecide={can.sync(user) ? (decision) => void decide(place, match, candidate, decision) : null} />
          ))}
        </article>
      ))}
      <Pagination current={page} pageSize={PAGE} total={list.data?.total ?? 0} onChange={(to) => set({ page: String(to) })} showSizeChanger={false} hideOnSinglePage align="end" />
    </div>
  );
}

const facts = (): [string, (side: MatchSide) => string | null][] => [
  [tr('Дата', 'Date'), (side) => formatDate(side.transaction_date)],
  [tr('Номер', 'Number'), (side) => side.document_number],
  [tr('Контрагент', 'Counterparty'), (side) => side.counterparty_name],
  [tr('ИНН', 'INN'), (side) => side.counterparty_inn],
  [tr('Счёт контрагента', 'Counterparty account'), (side) => side.counterparty_account],
  [tr('Назначение', 'Purpose'), (side) => side.payment_purpose],
];

type SidesProps = { match: Match; candidate: Candidate; busy: string | null; onDecide: ((decision: Decision) => void) | null };

function Sides({ match, candidate, busy, onDecide }: SidesProps) {
  const { transaction, decision, linked, other_rows: others } = candidate;
  const key = `${match.id} ${transaction.id}`;
  return (
    <div className="match-sides">
      <table>
        <thead>
          <tr>
            <td />
            <th scope="col">{tr('В выписке', 'In the statement')}</th>
            <th scope="col">{tr('В 1С', 'In 1C')}</th>
          </tr>
        </thead>
        <tbody>
          {facts().map(([title, of]) => {
            const [bank, onec] = [of(match.statement), of(transaction)];
            const differs = bank !== onec && Boolean(bank || onec);
            return (
              <tr key={title} className={differs ? 'differs' : undefined}>
                <th scope="row">{title}{differs && <span className="match-sign" title={tr('различается', 'differs')}> ≠</span>}</th>
                <td>{bank || '—'}</td>
                <td>{onec || '—'}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {others > 0 && <p className="quiet">{tr(`Эта строка 1С подходит и другим строкам выписок: ещё ${others}`, `This row of 1C fits other rows of statements too: ${others} more`)}</p>}
      <Flex gap={8} wrap align="center" className="match-buttons">
        {onDecide && decision !== 'same' && <Button type="primary" loading={busy === `${key} same`} disabled={busy !== null} onClick={() => onDecide('same')}>{tr('Это тот же платёж', 'The same payment')}</Button>}
        {onDecide && decision !== 'different' && <Button loading={busy === `${key} different`} disabled={busy !== null} onClick={() => onDecide('different')}>{tr('Разные платежи', 'Different payments')}</Button>}
        {decision && <Tag color={decision === 'same' ? 'success' : 'default'}>{decision === 'same' ? (linked ? tr('тот же платёж', 'the same payment') : tr('тот же платёж, но в 1С его сейчас нет', 'the same payment, but 1C has it no more')) : tr('разные платежи', 'different payments')}</Tag>}
        <Link className="linklike" to={`/transactions?open=${transaction.id}&is_active=all`}>{tr('Операция 1С', 'Row of 1C')}</Link>
        <Link className="linklike" to={`/transactions?open=${match.statement.id}&is_active=all`}>{tr('Операция банка', 'Row of the bank')}</Link>
      </Flex>
    </div>
  );
}
