import type { TaskStatus } from '../../api/types';

export const statusTitle: Record<TaskStatus, string> = {
  pending: 'в очереди',
  running: 'выполняется',
  completed: 'завершена',
  failed: 'ошибка',
  cancelled: 'отменена',
};
export const statusColor: Record<TaskStatus, string> = {
  pending: 'default',
  running: 'processing',
  completed: 'success',
  failed: 'error',
  cancelled: 'warning',
};
export const isEnded = (status: TaskStatus) => status === 'completed' || status === 'failed' || status === 'cancelled';

const whole = new Intl.NumberFormat('ru-RU');
export const formatCount = (n: number) => whole.format(n);
export const formatTime = (iso: string | null) => (iso ? new Date(iso).toLocaleString('ru-RU') : '—');

/** "1234567.50" → "1 234 567,50", without passing through binary floating point. */
export function formatAmount(amount: string): string {
  const [rubles = '0', kopecks = '00'] = amount.replace('-', '').split('.');
  return (amount.startsWith('-') ? '−' : '') + rubles.replace(/\B(?=(\d{3})+$)/g, '\u00a0') + ',' + kopecks;
}

export function formatDuration(seconds: number): string {
  if (seconds < 60) return `${seconds} с`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} мин ${seconds % 60} с`;
  return `${Math.floor(seconds / 3600)} ч ${Math.floor((seconds % 3600) / 60)} мин`;
}
