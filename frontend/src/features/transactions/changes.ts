import { tr } from '../../app/preferences';
import { formatAmount, formatDate, operationWords } from '../../ui/format';
import { useCategories } from '../categories/api';
import { percent } from '../rules/words';
import { fieldTitles, importTitle, sourceTitle, stateTitle, typeTitle } from './fields';

/** Fields that only the program itself needs: what stands beside them says the same in words. */
const inner = new Set(['category_rule_id', 'counterparty_id', 'organization_id', 'data_version', 'warnings']);

const methods = (): Record<string, string> => ({
  item: tr('по статье в 1С', 'by the item in 1C'),
  operation: tr('по хозяйственной операции', 'by the business operation'),
  fact: tr('по самому документу', 'by the document itself'),
  rule: tr('по правилу', 'by a rule'),
  history: tr('по прежним платежам', 'by earlier payments'),
  none: tr('не нашлась', 'not found'),
});

const titles = (): Record<string, string> => ({
  ...Object.fromEntries(fieldTitles()),
  category_id: tr('Категория', 'Category'),
  suggested_category_id: tr('Предложенная категория', 'Suggested category'),
  transaction_type: tr('Направление', 'Direction'),
  payment_source: tr('Банк, касса', 'Bank, cash'),
  import_source: tr('Откуда', 'Where from'),
  category_method: tr('Как найдена категория', 'How the category was found'),
  category_reason: tr('Почему', 'Why'),
  cash_flow_item: tr('Статья движения денег в 1С', 'Cash-flow item in 1C'),
  is_active: tr('Учитывается', 'Counts'),
  same_as: tr('Тот же платёж, что операция №', 'The same payment as No.'),
  different_from: tr('Не тот платёж, что операция №', 'Another payment than No.'),
  opening: tr('На начало', 'Opening'),
  received: tr('Поступило', 'Received'),
  paid: tr('Списано', 'Paid'),
  closing: tr('На конец', 'Closing'),
  name: tr('Название', 'Name'),
  full_name: tr('Полное название', 'Full name'),
  inn: tr('ИНН', 'INN'),
  kpp: tr('КПП', 'KPP'),
  code: tr('Код', 'Code'),
  parent: tr('Группа (ключ в 1С)', 'Group (key in 1C)'),
  is_folder: tr('Это группа', 'Is a group'),
  kind: tr('Вид', 'Kind'),
});

type Change = { field: string; old: unknown; new: unknown };

/** Changes of a row or a card in the words of an accountant: titles, names of categories, sums and days as they are written elsewhere. */
export function useChangeWords() {
  const categories = useCategories();
  const nameOf = (id: unknown) => categories.data?.find((category) => category.id === id)?.path ?? tr(`№ ${id}`, `No. ${id}`);
  const say: Record<string, (value: never) => string> = {
    category_id: nameOf,
    suggested_category_id: nameOf,
    category_confidence: percent,
    category_method: (value: string) => methods()[value] ?? value,
    status: stateTitle,
    transaction_type: typeTitle,
    payment_source: sourceTitle,
    import_source: importTitle,
    business_operation: operationWords,
    amount: formatAmount,
    vat_amount: formatAmount,
    transaction_date: formatDate,
    document_date: formatDate,
  };
  const words = (field: string, value: unknown): string => {
    if (value === null || value === undefined || value === '') return '—';
    if (typeof value === 'boolean') return value ? tr('да', 'yes') : tr('нет', 'no');
    return say[field]?.(value as never) ?? (typeof value === 'object' ? JSON.stringify(value) : String(value));
  };
  /** Those worth telling, each with its title and both values in words. */
  return (changes: Change[]) =>
    changes.filter(({ field }) => !inner.has(field)).map(({ field, old, new: now }) => ({ field, title: titles()[field] ?? field, was: words(field, old), is: words(field, now) }));
}
