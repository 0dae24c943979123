import type { Transaction } from '../../api/types';
import { tr } from '../../app/preferences';

/** Fields of a transaction in the words of an accountant, in the order of the drawer. */
export const fieldTitles = (): [keyof Transaction, string][] => [
  ['transaction_date', tr('Дата', 'Date')],
  ['amount', tr('Сумма', 'Amount')],
  ['currency', tr('Валюта', 'Currency')],
  ['document_number', tr('Номер документа', 'Document number')],
  ['document_date', tr('Дата документа', 'Document date')],
  ['payment_purpose', tr('Назначение платежа', 'Purpose')],
  ['business_operation', tr('Хозяйственная операция', 'Business operation')],
  ['counterparty_name', tr('Контрагент', 'Counterparty')],
  ['counterparty_inn', tr('ИНН', 'INN')],
  ['counterparty_kpp', tr('КПП', 'KPP')],
  ['counterparty_account', tr('Счёт контрагента', 'Counterparty account')],
  ['counterparty_bank', tr('Банк контрагента', 'Counterparty bank')],
  ['counterparty_bik', tr('БИК', 'BIK')],
  ['organization_name', tr('Организация', 'Organization')],
  ['account_number', tr('Наш счёт', 'Our account')],
  ['our_bank_name', tr('Наш банк', 'Our bank')],
  ['our_bank_bik', tr('БИК нашего банка', 'Our BIK')],
  ['vat_rate', tr('Ставка НДС', 'VAT rate')],
  ['vat_amount', tr('Сумма НДС', 'VAT amount')],
  ['status', tr('Состояние', 'State')],
  ['category_name', tr('Категория', 'Category')],
  ['category_confidence', tr('Уверенность', 'Confidence')],
  ['category_reason', tr('Почему такая категория', 'Why this category')],
  ['notes', tr('Заметка', 'Notes')],
];

export const typeTitle = (type: string) => (type === 'CREDIT' ? tr('Поступление', 'Receipt') : tr('Списание', 'Payment'));
export const sourceTitle = (source: string) => (source === 'BANK' ? tr('Банк', 'Bank') : tr('Касса', 'Cash'));
export const importTitle = (source: string) => ({ ODATA_1C: tr('1С', '1C'), BANK_FILE: tr('файл банка', 'bank file'), API: 'API' })[source] ?? source;
export const stateTitle = (state: string) =>
  ({
    NEW: tr('новая', 'new'),
    CATEGORIZED: tr('с категорией', 'categorized'),
    NEEDS_REVIEW: tr('на проверку', 'to review'),
    APPROVED: tr('проверена', 'approved'),
    IGNORED: tr('не учитывать', 'ignored'),
  })[state] ?? state;
export const states: Transaction['status'][] = ['NEW', 'CATEGORIZED', 'NEEDS_REVIEW', 'APPROVED', 'IGNORED'];
