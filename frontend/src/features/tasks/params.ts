import { tr } from '../../app/preferences';
import type { Task } from '../../api/types';
import { formatAmount, formatCount, formatDate } from '../../ui/format';
import { importTitle, sourceTitle, stateTitle, typeTitle } from '../transactions/fields';

const titles = (): Record<string, string> => ({
  auto_classify: tr('Определять категории', 'Find categories'),
  dry_run: tr('Пробный запуск', 'Dry run'),
  mode: tr('Что читать', 'What is read'),
  full: tr('Прочитать всё заново', 'Read everything anew'),
  group_id: tr('Сообщество', 'Group'),
  post_id: tr('Запись', 'Post'),
  format: tr('Вид файла', 'File format'),
  seconds: tr('Секунд', 'Seconds'),
  records: tr('Записей', 'Records'),
  files: tr('Файлы', 'Files'),
  ids: tr('Отмечено операций', 'Ticked transactions'),
  transaction_type: tr('Направление', 'Direction'),
  payment_source: tr('Банк, касса', 'Bank, cash'),
  status: tr('Состояние', 'State'),
  q: tr('Слова', 'Words'),
  counterparty_inn: tr('ИНН', 'INN'),
  account_number: tr('Наш счёт', 'Our account'),
  amount_min: tr('Сумма от', 'Amount from'),
  amount_max: tr('Сумма до', 'Amount to'),
  is_active: tr('Выбывшие', 'Out of use'),
  category_id: tr('Категория, номер', 'Category, number'),
  organization_id: tr('Организация, номер', 'Organization, number'),
  import_source: tr('Откуда', 'Where from'),
  changed_task_id: tr('Изменены задачей', 'Changed by task'),
  date_from: tr('С', 'From'),
  date_to: tr('По', 'To'),
  sort: tr('Порядок', 'Order'),
});

const modes = (): Record<string, string> => ({ incremental: tr('изменившиеся дни', 'days that changed'), full: tr('всё целиком', 'everything') });

/** Parameters in words; the period is one of them, and who started the task stands elsewhere. */
export function paramWords(metadata: Task['metadata']): [string, string][] {
  const { user_id: _, ...shown } = metadata;
  const { date_from, date_to, ...rest } = shown;
  const whole = typeof date_from === 'string' && typeof date_to === 'string';
  const period: [string, string][] = whole ? [[tr('Период', 'Period'), `${formatDate(date_from)} – ${formatDate(date_to)}`]] : [];
  return [...period, ...Object.entries(whole ? rest : shown).map(([name, value]): [string, string] => [titles()[name] ?? name, (words[name] ?? inWords)(value)])];
}

const words: Record<string, (value: unknown) => string> = {
  mode: (value) => modes()[String(value)] ?? String(value),
  files: (value) => (value as { name: string }[]).map(({ name }) => name).join(', '),
  ids: (value) => formatCount(Array.isArray(value) ? value.length : 0),
  transaction_type: (value) => typeTitle(String(value)),
  payment_source: (value) => sourceTitle(String(value)),
  import_source: (value) => importTitle(String(value)),
  status: (value) => stateTitle(String(value)),
  amount_min: (value) => formatAmount(String(value)),
  amount_max: (value) => formatAmount(String(value)),
  date_from: (value) => formatDate(String(value)),
  date_to: (value) => formatDate(String(value)),
  is_active: (value) => (value === 'all' ? tr('вместе с ними', 'with them') : value === 'false' ? tr('только они', 'only they') : tr('без них', 'without them')),
};

const inWords = (value: unknown) => (value === true ? tr('да', 'yes') : value === false ? tr('нет', 'no') : typeof value === 'string' ? value : JSON.stringify(value));
