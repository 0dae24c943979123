import { tr } from '../../app/preferences';
import type { Task } from '../../api/types';
import { formatDate } from '../../ui/format';

const titles = (): Record<string, string> => ({
  auto_classify: tr('Определять категории', 'Find categories'),
  dry_run: tr('Пробный запуск', 'Dry run'),
  mode: tr('Что читать', 'What is read'),
  group_id: tr('Группа', 'Group'),
  post_id: tr('Запись', 'Post'),
  format: tr('Вид файла', 'File format'),
  seconds: tr('Секунд', 'Seconds'),
  records: tr('Записей', 'Records'),
});

const modes = (): Record<string, string> => ({ incremental: tr('изменившиеся дни', 'days that changed'), full: tr('всё целиком', 'everything') });

/** Parameters in words; the period is one of them, and who started the task stands elsewhere. */
export function paramWords(metadata: Task['metadata']): [string, string][] {
  const { date_from, date_to, user_id: _, ...rest } = metadata;
  const period: [string, string][] = typeof date_from === 'string' && typeof date_to === 'string' ? [[tr('Период', 'Period'), `${formatDate(date_from)} – ${formatDate(date_to)}`]] : [];
  return [...period, ...Object.entries(rest).map(([name, value]): [string, string] => [titles()[name] ?? name, name === 'mode' ? (modes()[String(value)] ?? String(value)) : inWords(value)])];
}

const inWords = (value: unknown) => (value === true ? tr('да', 'yes') : value === false ? tr('нет', 'no') : typeof value === 'string' ? value : JSON.stringify(value));
