import type { Task } from '../../api/types';
import { tr } from '../../app/preferences';
import { formatAmount, formatCount } from '../../ui/format';

export type Rows = { new: number; linked: number; known: number; unclear: number; skipped: number; refused: number };
export type Balance = {
  account_number: string; date_from: string | null; date_to: string | null;
  opening: string | null; received: string | null; paid: string | null; closing: string | null; balance_difference: string | null;
  documents: number; documents_received: string; documents_paid: string; received_difference: string | null; paid_difference: string | null;
};
export type Warning = { code: string; message: string; count: number; line?: number; sample?: string };
export type FileReport = {
  name: string; error?: string; warnings: Warning[];
  bank?: string; sender?: string; encoding?: string; date_from?: string | null; date_to?: string | null; documents?: number; accounts?: string[]; rows?: Rows; balances?: Balance[];
};

/** What an import of statements says of its files; null: this task is none, or has not ended. */
export function reportOf({ task_type, result }: Pick<Task, 'task_type' | 'result'>): FileReport[] | null {
  const files = (result as { files?: FileReport[] } | null)?.files;
  return task_type === 'import_bank_statement' && files && files.length > 0 ? files : null;
}

const zero = (amount: string) => /^-?0+\.0+$/.test(amount);
const plain = (amount: string) => formatAmount(amount.replace('-', ''));
/** "на 5,00 больше", "на 5,00 меньше" */
const by = (difference: string) => (difference.startsWith('-') ? tr(`на ${plain(difference)} меньше`, `${plain(difference)} less`) : tr(`на ${plain(difference)} больше`, `${plain(difference)} more`));

export type Verdict = { good: boolean | null; words: string };

/** Opening + received − paid = closing, in words; good null: there is nothing to check. */
export function balanceVerdict({ opening, received, paid, closing, balance_difference }: Balance): Verdict {
  if (opening === null) return { good: null, words: tr('Остатков в файле нет', 'The file states no balances') };
  const sum = `${formatAmount(opening)} + ${received === null ? '?' : formatAmount(received)} − ${paid === null ? '?' : formatAmount(paid)}`;
  if (balance_difference === null) return { good: null, words: tr(`Остатки не проверить: не хватает оборотов или остатка на конец (на начало ${formatAmount(opening)})`, `Balances cannot be checked: turnovers or the closing one are missing (opening ${formatAmount(opening)})`) };
  if (zero(balance_difference)) return { good: true, words: tr(`Остатки сходятся: ${sum} = ${formatAmount(closing!)}`, `Balances agree: ${sum} = ${formatAmount(closing!)}`) };
  return { good: false, words: tr(`Остатки не сходятся: ${sum} ${by(balance_difference)}, чем остаток на конец ${formatAmount(closing!)}`, `Balances do not agree: ${sum} is ${by(balance_difference)} than the closing ${formatAmount(closing!)}`) };
}

/** The documents of the file against the turnovers that it states. */
export function turnoverVerdict({ documents, received, paid, received_difference, paid_difference }: Balance): Verdict {
  if (received_difference === null && paid_difference === null) return { good: null, words: tr(`Документов: ${formatCount(documents)}; оборотов в файле нет`, `Documents: ${formatCount(documents)}; the file states no turnovers`) };
  const wrong = [
    received_difference !== null && !zero(received_difference) && tr(`поступлений ${by(received_difference)}, чем ${formatAmount(received!)} по выписке`, `receipts ${by(received_difference)} than ${formatAmount(received!)} as stated`),
    paid_difference !== null && !zero(paid_difference) && tr(`списаний ${by(paid_difference)}, чем ${formatAmount(paid!)} по выписке`, `payments ${by(paid_difference)} than ${formatAmount(paid!)} as stated`),
  ].filter(Boolean);
  if (wrong.length === 0) return { good: true, words: tr(`Обороты сходятся с документами (${formatCount(documents)})`, `Turnovers agree with the documents (${formatCount(documents)})`) };
  return { good: false, words: tr(`Обороты не сходятся с документами: ${wrong.join('; ')}`, `Turnovers do not agree with the documents: ${wrong.join('; ')}`) };
}

export const isWrong = (file: FileReport) =>
  file.error !== undefined || (file.rows?.refused ?? 0) > 0 || (file.balances ?? []).some((balance) => balanceVerdict(balance).good === false || turnoverVerdict(balance).good === false);

export type Advice = { words: string; to?: string };

/** What a person does next, the most important first. */
export function adviceOf(files: FileReport[], dry: boolean): Advice[] {
  const total = (of: (rows: Rows) => number) => files.reduce((sum, file) => sum + (file.rows ? of(file.rows) : 0), 0);
  const advice: Advice[] = [];
  if (files.some((file) => file.error !== undefined)) advice.push({ words: tr('Файлы, которые не прочитаны, выгрузите из банка ещё раз в формате обмена с 1С (1CClientBankExchange) и загрузите снова.', 'Download the files that could not be read once more, in 1C’s exchange format (1CClientBankExchange), and import them again.') });
  if (total((rows) => rows.refused) > 0) advice.push({ words: tr('Отклонённые документы перечислены ниже с причиной и номером строки: поправьте их в файле и загрузите его снова, остальное второй раз не запишется.', 'Refused documents are listed below with reason and line: correct them in the file and import it again; the rest is not stored twice.') });
  if (total((rows) => rows.unclear) > 0 && !dry) advice.push({ words: tr('Решите, какие строки выписки и 1С — один платёж', 'Decide which rows of the statement and of 1C are one payment'), to: '/reconciliation?tab=matches' });
  if (files.some((file) => (file.balances ?? []).some((balance) => balanceVerdict(balance).good === false || turnoverVerdict(balance).good === false))) {
    advice.push({ words: tr('Где выписка не сходится, посмотрите по дням: возможно, файл неполон', 'See day by day where the statement does not add up: the file may be incomplete'), to: '/reconciliation' });
  }
  if (dry) advice.push({ words: tr('Ничего не записано. Если всё верно, нажмите «Применить» ниже.', 'Nothing was stored. If all is right, press “Apply” below.') });
  else if (total((rows) => rows.new) > 0) advice.push({ words: tr('Проверьте категории, в которых есть сомнения', 'Look at the categories that are in doubt'), to: '/review' });
  if (advice.length === 0) advice.push({ words: total((rows) => rows.known + rows.linked) > 0 ? tr('Всё уже было загружено: ничего делать не нужно.', 'Everything was there already: nothing is to be done.') : tr('В файлах нет документов.', 'The files have no documents.') });
  return advice;
}
