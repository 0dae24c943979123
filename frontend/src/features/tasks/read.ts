import { tr } from '../../app/preferences';
import type { Task } from '../../api/types';

/** A run of days of one kind of document that were read for one reason; `days` without those on which there is nothing. */
export type DaysRead = { day: string; to: string; days: number; entity: string; why: string };
export type SetRead = { part: string; entity: string; counted: number; fetched: number; complete: boolean; without_key?: number; left_out?: 'not_published' | 'no_right'; published?: false };
type Incremental = { days_same: number; documents_same: number; days_read: number; why: Record<string, number>; days: DaysRead[]; days_unlisted: number };

/** What the result of an import from 1C says about its reading. */
export type Read = {
  sets: SetRead[];
  mode?: 'incremental' | 'full';
  why_full?: string;
  incremental?: Incremental;
  reconciled?: boolean;
  not_reconciled: { entity: string; why: string; rows: number }[];
};

/** Null when the task did not read 1C, or its result is not there yet. */
export function readOf(task: Task): Read | null {
  const result = task.result as Partial<Read> | null;
  if (!/^sync_/.test(task.task_type) || !Array.isArray(result?.sets)) return null;
  const { mode, why_full, incremental, reconciled, not_reconciled } = result;
  // Results of older versions name single days and do not say how many they leave out.
  return { sets: result.sets, mode, why_full, reconciled, not_reconciled: not_reconciled ?? [], incremental: incremental && Array.isArray(incremental.days) && incremental.days_unlisted !== undefined ? incremental : undefined };
}

/** «Document_СписаниеСРасчетногоСчета» in the words of an accountant; what is unknown stays as it is. */
export function entityTitle(entity: string): string {
  const titles: Record<string, string> = {
    ПоступлениеБезналичныхДенежныхСредств: tr('Поступления на счёт', 'Bank receipts'),
    ПоступлениеНаРасчетныйСчет: tr('Поступления на счёт', 'Bank receipts'),
    СписаниеБезналичныхДенежныхСредств: tr('Списания со счёта', 'Bank payments'),
    СписаниеСРасчетногоСчета: tr('Списания со счёта', 'Bank payments'),
    ПриходныйКассовыйОрдер: tr('Приходные кассовые ордера', 'Cash receipts'),
    РасходныйКассовыйОрдер: tr('Расходные кассовые ордера', 'Cash payments'),
    Контрагенты: tr('Контрагенты', 'Counterparties'),
    Организации: tr('Организации', 'Organizations'),
    СтатьиДвиженияДенежныхСредств: tr('Статьи движения денежных средств', 'Cash-flow items'),
  };
  return titles[entity.slice(entity.indexOf('_') + 1)] ?? entity;
}

/** Why a day was read. */
export const whyTitle = (why: string) =>
  ({
    new: tr('новый день: его ещё не загружали', 'a new day, never imported'),
    changed: tr('документы в 1С изменились', 'documents changed in 1C'),
    gone: tr('документов в 1С больше нет', 'the documents are gone from 1C'),
    unknown: tr('в прошлый раз загрузились не все документы', 'not every document fitted last time'),
    ledger_differs: tr('здесь другие операции, чем были загружены', 'the rows here are not those that were imported'),
  })[why] ?? why;

/** Why everything was read. */
export const whyFull = (why: string | undefined) =>
  ({
    asked: tr('так было задано при запуске', 'as was asked for'),
    first_time: tr('раньше этот период из этой базы не загружали', 'this period was never imported from this base'),
    period_too_long: tr('период слишком длинный, чтобы сравнивать его по дням', 'the period is too long to compare its days'),
    days_cannot_be_compared: tr('1С не отдаёт отдельные поля документов, поэтому дни не сравнить', '1C does not give single fields of documents, so days cannot be compared'),
  })[why ?? ''] ?? why;
