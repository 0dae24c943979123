import { Flex } from 'antd';
import { Link } from 'react-router-dom';
import { tr } from '../../app/preferences';
import type { Task } from '../../api/types';
import { dryRunOf } from './DryRun';

type Step = [to: string, title: string];

/** Where what a task has brought is seen, and what to do about what it refused. */
export function NextSteps({ task }: { task: Task }) {
  if (task.status !== 'completed' || dryRunOf(task)) return null;
  const steps = stepsOf(task);
  return (
    <Flex vertical gap={4}>
      {task.stats.failed > 0 && <div>{tr('Исправьте отклонённые документы в источнике и загрузите их ещё раз: остальное не изменится.', 'Mend the refused records at their source and import again: the rest will not change.')}</div>}
      {steps.length > 0 && <Flex gap="4px 16px" wrap>{steps.map(([to, title]) => <Link key={to} to={to} className="link">{title}</Link>)}</Flex>}
    </Flex>
  );
}

function stepsOf({ task_type, metadata }: Task): Step[] {
  switch (task_type) {
    case 'sync_bank_transactions':
    case 'sync_full': {
      const { date_from, date_to } = metadata;
      const days = new URLSearchParams(typeof date_from === 'string' && typeof date_to === 'string' ? { date_from, date_to } : {});
      return [[`/transactions?${days}`, tr('Операции этого периода', 'Transactions of this period')], ['/review', tr('Что осталось на проверку', 'What is left for review')]];
    }
    case 'reclassify_transactions':
      return metadata.dry_run === true ? [] : [['/review', tr('Что осталось на проверку', 'What is left for review')]];
    case 'sync_contractors':
      return [['/contractors', tr('Контрагенты', 'Contractors')]];
    case 'sync_organizations':
      return [['/organizations', tr('Организации', 'Organizations')]];
    default:
      return [];
  }
}
