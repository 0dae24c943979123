import { Table } from 'antd';
import type { RuleTrial, RuleTrialRow } from '../../api/schema';
import { tr } from '../../app/preferences';
import { useCategories } from '../categories/api';
import { formatAmount, formatCount, formatDate } from '../../ui/format';

/** What a rule would do: how many rows, and the first of them. */
export function RuleTrialReport({ trial }: { trial: RuleTrial }) {
  const categories = useCategories();
  const nameOf = (id: number | null) => categories.data?.find((category) => category.id === id)?.name ?? '—';
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
          scroll={{ x: 520, y: 220 }}
          dataSource={trial.transactions}
          columns={[
            { title: tr('Дата', 'Date'), width: 104, render: (_, row) => <span className="figures">{formatDate(row.transaction_date)}</span> },
            { title: tr('Контрагент и назначение', 'Counterparty and purpose'), render: (_, row) => <>{row.counterparty_name}<div className="quiet">{row.payment_purpose}</div></> },
            { title: tr('Сейчас', 'Now'), width: 130, render: (_, row) => nameOf(row.category_id ?? row.suggested_category_id) },
            { title: tr('Сумма', 'Amount'), width: 120, align: 'right', render: (_, row) => <span className="figures">{formatAmount(row.amount)}</span> },
          ]}
        />
      )}
    </section>
  );
}
