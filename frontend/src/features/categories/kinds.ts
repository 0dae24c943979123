import type { Category } from '../../api/schema';
import { tr } from '../../app/preferences';

export const kindTitle = (kind: Category['kind']) =>
  ({ income: tr('Доходы', 'Income'), expense: tr('Расходы', 'Expenses'), tax: tr('Налоги', 'Taxes'), financing: tr('Финансирование', 'Financing'), internal: tr('Внутренние переводы', 'Internal transfers') })[kind];
