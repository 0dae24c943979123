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

/** How what is written into a rule of this type is looked for. */
export const patternHint = (type: RuleType) =>
  ({
    COUNTERPARTY_INN: tr('ИНН целиком: 10 или 12 цифр.', 'The whole INN: 10 or 12 digits.'),
    COUNTERPARTY_NAME: tr('Слова целиком и подряд: «Ромашка» найдёт ООО «Ромашка», но не «Ромашкаторг»; «Ромашк*» найдёт оба.', 'Whole words in their order: “Romashka” finds OOO “Romashka” and not “Romashkatorg”; “Romashk*” finds both.'),
    BUSINESS_OPERATION: tr('Операция целиком, как её называет 1С: «ОплатаПоставщику».', 'The whole operation as 1C calls it: “ОплатаПоставщику”.'),
    KEYWORD: tr('Слова ищутся с начала слова: «аренд» найдёт «аренда» и «арендная плата».', 'Words are found from their start: “rent” finds “rent” and “rental”.'),
  })[type];

/** From this confidence on a category is set, below it is suggested. */
export const SURE = 0.9;
export const percent = (share: number | null | undefined) => (share === null || share === undefined ? '—' : `${Math.round(share * 100)} %`);
