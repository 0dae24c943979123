import { locale, tr } from '../../app/preferences';
import { formatDuration, formatTime } from '../../ui/format';

/** Names of components and of their figures, in an administrator's words. What is not known here is shown by its own name. */
export const componentTitle = (name: string) =>
  ({ database: tr('База данных', 'Database'), cache: tr('Кэш', 'Cache'), onec: '1С', vk: tr('ВКонтакте', 'VK'), queue: tr('Очередь', 'Queue'), loop: tr('Цикл событий', 'Event loop'), disk: tr('Диск', 'Disk') })[name] ?? name;

export const figureTitle = (name: string) =>
  ({
    latency_ms: tr('отклик, мс', 'latency, ms'),
    size: tr('соединений в пуле', 'connections in the pool'), in_use: tr('занято', 'in use'), idle: tr('свободно', 'idle'), overflow: tr('сверх пула', 'overflow'), waiting: tr('ждут соединения', 'waiting'),
    listening: tr('слышит другие узлы', 'hears other nodes'), failures: tr('сбоев', 'failures'), reconnects: tr('переподключений', 'reconnects'), slow_queries: tr('медленных запросов', 'slow queries'),
    kind: tr('вид', 'kind'), entries: tr('записей', 'entries'), bytes: tr('занимает', 'takes'), hits: tr('попаданий', 'hits'), misses: tr('промахов', 'misses'),
    configured: tr('настроено', 'configured'), requests: tr('запросов', 'requests'), retries: tr('повторов', 'retries'), captchas: tr('запросов капчи', 'captchas asked for'), requests_per_second: tr('запросов в секунду, не больше', 'requests a second, at most'),
    pending: tr('ждут', 'pending'), oldest_pending_seconds: tr('дольше всех ждёт', 'longest wait'), limit: tr('предел', 'limit'), running: tr('выполняются', 'running'), workers: tr('рабочих мест', 'workers'),
    lag_p99_ms: tr('задержка p99, мс', 'lag p99, ms'), lag_max_ms: tr('наибольшая задержка, мс', 'largest lag, ms'),
    path: tr('папка', 'folder'), total_bytes: tr('всего', 'total'), free_bytes: tr('свободно', 'free'),
    last_error: tr('последняя ошибка', 'last error'), last_error_at: tr('когда', 'when'), error: tr('сейчас', 'now'), error_code: tr('код', 'code'),
  })[name] ?? name;

export function figureText(name: string, value: unknown): string {
  if (name === 'kind') return { memory: tr('в памяти', 'in memory'), redis: 'Redis' }[String(value)] ?? String(value);
  if (value === true) return tr('да', 'yes');
  if (value === false) return tr('нет', 'no');
  if (typeof value !== 'number') return name.endsWith('_at') ? formatTime(String(value)) : String(value);
  if (name.endsWith('bytes')) return formatBytes(value);
  if (name.endsWith('_seconds')) return formatDuration(value);
  return new Intl.NumberFormat(locale(), { maximumFractionDigits: 1 }).format(value);
}

function formatBytes(bytes: number): string {
  const units = [tr('Б', 'B'), tr('КиБ', 'KiB'), tr('МиБ', 'MiB'), tr('ГиБ', 'GiB'), tr('ТиБ', 'TiB')];
  let unit = 0;
  let size = bytes;
  for (; size >= 1024 && unit < units.length - 1; unit++) size /= 1024;
  return `${new Intl.NumberFormat(locale(), { maximumFractionDigits: 1 }).format(size)} ${units[unit]}`;
}
