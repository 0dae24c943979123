import { tr } from '../../app/preferences';
import type { Task, TaskStatus } from '../../api/types';
import { formatDuration } from '../../ui/format';

export const statuses: TaskStatus[] = ['running', 'pending', 'completed', 'failed', 'cancelled'];

export const statusTitle = (status: TaskStatus) =>
  ({
    pending: tr('в очереди', 'waiting'),
    running: tr('выполняется', 'running'),
    completed: tr('завершена', 'completed'),
    failed: tr('ошибка', 'failed'),
    cancelled: tr('отменена', 'cancelled'),
  })[status];

export const statusColor: Record<TaskStatus, string> = { pending: 'default', running: 'processing', completed: 'success', failed: 'error', cancelled: 'warning' };
export const isEnded = (status: TaskStatus) => status === 'completed' || status === 'failed' || status === 'cancelled';

const phases: Record<string, [string, string]> = {
  connect: ['соединение', 'connecting'],
  count: ['подсчёт документов', 'counting documents'],
  compare: ['поиск изменившихся дней', 'looking for days that changed'],
  import: ['загрузка', 'importing'],
  organizations: ['организации', 'organizations'],
  categories: ['статьи движения денег', 'cash-flow items'],
  contractors: ['контрагенты', 'contractors'],
  transactions: ['операции', 'transactions'],
  reconcile: ['сверка с 1С', 'comparing with 1C'],
  scan: ['чтение файлов', 'reading the files'],
  check: ['сверка остатков', 'checking balances'],
  link: ['связь с выписками', 'linking with statements'],
  group: ['поиск сообщества', 'looking for the group'],
  wall: ['чтение стены', 'reading the wall'],
  posts: ['записи', 'posts'],
  comments: ['комментарии', 'comments'],
  threads: ['ответы на комментарии', 'threads of comments'],
  prepare: ['подготовка', 'preparing'],
  write: ['запись файла', 'writing the file'],
  classify: ['поиск категорий', 'classifying'],
  reclassify: ['пересчёт категорий', 'classifying again'],
  echo: ['эхо', 'echo'],
  sleep: ['ожидание', 'sleeping'],
  finish: ['подведение итогов', 'finishing'],
};
export const phaseTitle = (phase: string) => (phases[phase] ? tr(...phases[phase]) : phase);

const events: Record<string, [string, string]> = {
  created: ['создана', 'created'],
  started: ['начата', 'started'],
  completed: ['завершена', 'completed'],
  failed: ['ошибка', 'failed'],
  cancelled: ['отменена', 'cancelled'],
  cancel_requested: ['запрошена отмена', 'cancelling asked for'],
  retried: ['повтор', 'retried'],
  resumed: ['продолжена', 'resumed'],
  handed_back: ['возвращена в очередь', 'handed back'],
  claimed: ['взята узлом', 'claimed'],
  phase: ['этап', 'phase'],
  source_incomplete: ['источник отдаёт не всё', 'the source gives only a part'],
  days_unknown: ['дни не сравнить', 'days cannot be compared'],
  not_reconciled: ['сверка неполная', 'not all could be compared'],
};
export const eventTitle = (event: string) => (events[event] ? tr(...events[event]) : event);

/** Was it asked only to look? Its counters are of what would be done. */
export const isDryRun = ({ metadata }: Pick<Task, 'metadata'>) => (metadata as { dry_run?: unknown } | undefined)?.dry_run === true;

/** The server's words, unless they only repeat the count or the state that stands beside them. */
export function ownWords(task: Task): string | null {
  const words = task.message?.trim();
  if (!words || words === task.error || words.toLowerCase() === statusTitle(task.status) || /^(отменено|завершено|cancelled|completed)\.?$/i.test(words)) return null;
  if (!new RegExp(`(обработано|processed) ${task.processed}(\\D|$)`, 'i').test(words)) return words;
  return isDryRun(task) && task.status === 'completed' ? words.split(':')[0]! : null; // that nothing is written stands nowhere else
}

/** How long an ended task ran; nothing while it has not, or never began. */
export function tookWords({ started_at, completed_at }: Pick<Task, 'started_at' | 'completed_at'>): string | null {
  if (!started_at || !completed_at) return null;
  const seconds = (Date.parse(completed_at) - Date.parse(started_at)) / 1000;
  return seconds < 1 ? tr('меньше секунды', 'less than a second') : formatDuration(seconds);
}

/** What a person can do about a task that failed. */
export function advice(task: Task): string | null {
  switch (task.error_code) {
    case 'ONEC_API_ERROR':
      return tr('Проверьте соединение с 1С в окне «Синхронизация 1С», затем нажмите «Продолжить».', 'Test the connection in “Sync with 1C”, then press “Continue”.');
    case 'TASK_TIMEOUT':
      return tr('Задача шла дольше, чем ей отведено. «Продолжить» начнёт с того места, где она остановилась.', 'The task ran longer than allowed. “Continue” goes on from where it stopped.');
    case 'DATABASE_ERROR':
    case 'SERVICE_UNAVAILABLE':
      return tr('Обычно это проходит само. Нажмите «Продолжить»; если повторится, скажите администратору.', 'This usually passes. Press “Continue”; if it comes again, tell the administrator.');
    default:
      return null;
  }
}
