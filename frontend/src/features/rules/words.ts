import type { RuleType } from '../../api/schema';
import { tr } from '../../app/preferences';

export const ruleTypes: RuleType[] = ['COUNTERPARTY_INN', 'COUNTERPARTY_NAME', 'BUSINESS_OPERATION', 'KEYWORD'];

export const ruleTypeTitle = (type: RuleType) =>
  ({
    COUNTERPARTY_INN: tr('ИНН контрагента', 'INN of the counterparty'),
    COUNTERPARTY_NAME: tr('Название контрагента', 'Name of the counterparty'),
    BUSINESS_OPERATION: tr('Хозяйственная операция', 'Business operation'),
    KEYWORD: tr('Слова в назначении', 'Words of the purpose'),
  })[type];

/** From this confidence on a category is set, below it is suggested. */
export const SURE = 0.9;
export const percent = (share: number | null | undefined) => (share === null || share === undefined ? '—' : `${Math.round(share * 100)} %`);
