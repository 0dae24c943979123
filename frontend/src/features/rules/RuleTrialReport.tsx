import { Flex, Table } from 'antd';
import type { RuleTrial, RuleTrialRow } from '../../api/schema';
import { tr } from '../../app/preferences';
import { fit } from '../../ui/fit';
import { formatAmount, formatCount, formatDate } from '../../ui/format';
import { usePhone } from '../../ui/useMedia';
import { useCategories } from '../categories/api';

/** What a rule would do: how many rows, and the first of them. */
export function RuleTrialReport({ trial }: { trial: RuleTrial }) {
  const categories = useCategories();
  const nameOf = (id: number | null) => categories.data?.find((category) => category.id === id)?.name ?? '—';
  const phone = usePhone();
  const day = (row: RuleTrialRow) => <span className="figures">{formatDate(row.transaction_date)}</span>;
  const what = (row: RuleTrialRow) => <>{row.counterparty_name}<div className="quiet">{row.payment_purpose}</div></>;
  const side = (id: number | null, suggested: boolean) => (id === null ? tr('без категории', 'no category') : suggested ? `${nameOf(id)} (${tr('предложена', 'suggested')})` : nameOf(id));
  const way = (row: RuleTrialRow) => <>{side(row.category_id ?? row.suggested_category_id, row.category_id === null)} → {side(row.new_category_id, row.new_status === 'NEEDS_REVIEW')}</>;
  const amount = (row: RuleTrialRow) => <span className="figures">{formatAmount(row.amount)}</span>;
  return (
    <section aria-live="polite" style={{ marginBottom: 12 }}>
      <div className="totals">
        <span>{tr('подходит', 'fit')} <b className="figures">{formatCount(trial.matched)}</b></span>
        <span>{tr('изменится', 'would change')} <b className="figures">{formatCount(trial.changed)}</b></span>
        {!trial.complete && <span className="quiet">{tr(`просмотрено ${formatCount(trial.scanned)}, дальше не успели`, `${formatCount(trial.scanned)} looked at, then time was up`)}</span>}
        <span>{tr('решено людьми, не тронет', 'decided by people, kept')} <b className="figures">{formatCount(trial.kept_by_people)}</b></span>
      </div>
      {trial.transactions.length > 0 && (
        <Table<RuleTrialRow>
          rowKey="id"
          size="small"
          pagination={false}
          {...fit(phone, 520, 220)}
          dataSource={trial.transactions}
          columns={phone ? [
            { title: tr('Что подходит', 'What fits'), render: (_, row) => (
              <div style={{ overflowWrap: 'anywhere' }}>
                <Flex justify="space-between" gap={8}>{day(row)}{amount(row)}</Flex>
                {what(row)}
                <div className="under">{way(row)}</div>
              </div>
            ) },
          ] : [
            { title: tr('Дата', 'Date'), width: 104, render: (_, row) => day(row) },
            { title: tr('Контрагент и назначение', 'Counterparty and purpose'), render: (_, row) => what(row) },
            { title: tr('Было → станет', 'Was → becomes'), width: 180, render: (_, row) => way(row) },
            { title: tr('Сумма', 'Amount'), width: 120, align: 'right', render: (_, row) => amount(row) },
          ]}
        />
      )}
    </section>
  );
}
