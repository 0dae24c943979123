import { tr } from '../app/preferences';

/** What members of the API are called where a person meets them; one that has no name here is nothing to a person. */
const titles = (): Record<string, string> => ({
  account_number: tr('Свой счёт', 'Our account'),
  amount_min: tr('Сумма от', 'Amount from'),
  amount_max: tr('Сумма до', 'Amount to'),
  business_operation: tr('Хозяйственная операция', 'Business operation'),
  category_id: tr('Категория', 'Category'),
  changed_task_id: tr('Изменены задачей', 'Changed by task'),
  confidence: tr('Уверенность', 'Confidence'),
  counterparty_inn: tr('ИНН', 'INN'),
  created_from: tr('Создана с', 'Created from'),
  created_to: tr('Создана по', 'Created to'),
  date_from: tr('С', 'From'),
  date_to: tr('По', 'To'),
  file: tr('Файл', 'File'),
  files: tr('Файлы', 'Files'),
  format: tr('Вид файла', 'File format'),
  group_by: tr('По чему собрать', 'Grouped by'),
  group_id: tr('Сообщество', 'Group'),
  ids: tr('Отмеченные', 'Those ticked'),
  import_source: tr('Откуда', 'Came from'),
  inn: tr('ИНН', 'INN'),
  into_id: tr('Категория', 'Category'),
  is_active: tr('Действует', 'Active'),
  keyword: tr('Слово', 'Keyword'),
  name: tr('Название', 'Name'),
  notes: tr('Заметка', 'Note'),
  organization_id: tr('Организация', 'Organization'),
  password: tr('Пароль', 'Password'),
  pattern: tr('Что искать', 'What to look for'),
  payment_source: tr('Банк, касса', 'Bank, cash'),
  post_id: tr('Запись', 'Post'),
  priority: tr('Приоритет', 'Priority'),
  q: tr('Поиск', 'Search'),
  role: tr('Роль', 'Role'),
  rule_type: tr('Смотреть на', 'Look at'),
  sort: tr('Порядок', 'Order'),
  status: tr('Состояние', 'State'),
  suggested_category_id: tr('Предложенная категория', 'Suggested category'),
  task_type: tr('Вид задачи', 'Kind of task'),
  timeout: tr('Предел времени', 'Time limit'),
  transaction_type: tr('Направление', 'Direction'),
  user_id: tr('Кто запустил', 'Started by'),
  username: tr('Имя', 'Name'),
});

/** "params.date_from" and "ids[3]" are called by what they are. */
const titleOf = (field: string) => titles()[field.replace(/\[.*$/, '').replace(/^.*\./, '')];

type FieldError = { field: string; message: string };

/** Names of members inside a sentence, in words; one without "_" is told from a word only among Russian ones. */
const inWords = (message: string) =>
  message.replace(/(?<![\w./])[a-z]+(?:_[a-z]+)*(?![\w./])/g, (name) => (titleOf(name) && (name.includes('_') || /[а-яё]/i.test(message)) ? tr(`«${titleOf(name)}»`, `“${titleOf(name)}”`) : name));

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** What is said at the field itself. */
export const saidAtField = ({ message }: FieldError) => capital(inWords(message));

/** What is said elsewhere: with the field's title, if it has one. */
export const saidOfField = (error: FieldError) => {
  const title = titleOf(error.field);
  return title ? `${title}: ${inWords(error.message)}` : saidAtField(error);
};

/** Which fields are wrong; a refusal without a list names its field at the start of the sentence: "status: …". */
export function fieldErrors({ code, detail, errors }: { code: string; detail: string; errors?: FieldError[] }): FieldError[] {
  if (errors) return errors;
  const [, field, message] = (code === 'VALIDATION_ERROR' && /^([a-z][a-z0-9_.[\]]*): (.+)$/s.exec(detail)) || [];
  return field && message ? [{ field, message }] : [];
}

/** The sentence of a problem without names of members. */
export function sentence(problem: { code: string; detail: string; title: string; errors?: FieldError[] }): string {
  const same = fieldErrors(problem).find(({ field, message }) => problem.detail === `${field}: ${message}`);
  return same ? saidOfField(same) : problem.detail || problem.title;
}
