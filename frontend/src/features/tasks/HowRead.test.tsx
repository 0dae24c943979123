import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { aTask, draw } from '../../test/draw';
import { HowRead } from './HowRead';

const sets = [{ part: 'transactions', entity: 'Document_СписаниеСРасчетногоСчета', counted: 1200, fetched: 40, complete: true }];
const drawn = (result: object, task_type = 'sync_bank_transactions') => draw(<HowRead task={aTask({ task_type, status: 'completed', result: { sets, not_reconciled: [], ...result } })} />).container.textContent!.replace(/\u00a0/g, ' ');

test('days that were read stand in runs, with the reason', () => {
  const text = drawn({ mode: 'incremental', reconciled: true, incremental: {
    days_same: 516, documents_same: 3643, days_read: 21, why: { new: 0, changed: 20, gone: 1 }, days_unlisted: 0,
    days: [{ day: '2026-02-02', to: '2026-02-27', days: 20, entity: sets[0]!.entity, why: 'changed' }, { day: '2026-03-05', to: '2026-03-05', days: 1, entity: sets[0]!.entity, why: 'gone' }],
  } });
  expect(text).toMatch(/отличаются от прошлой загрузки: 21\. Не изменились дни: 516 \(документов в них: 3 643\)/);
  expect(text).toMatch(/документы в 1С изменились: 20/);
  expect(text).not.toMatch(/новый день/);
  expect(screen.getByText('Списания со счёта: 21 дн.')).toBeTruthy();
  expect(text).toContain('02.02.2026 – 27.02.2026 (20 дн.): документы в 1С изменились');
  expect(text).toContain('05.03.2026: документов в 1С больше нет');
  expect(text).toContain('в 1С 1 200, прочитано заново 40');
  expect(text).not.toMatch(/не поместились|Сверка неполная/);
});

test('what is cut is said', () => {
  expect(drawn({ mode: 'incremental', incremental: { days_same: 0, documents_same: 0, days_read: 673, why: { changed: 673 }, days_unlisted: 573, days: [{ day: '2026-02-02', to: '2026-02-02', days: 100, entity: 'x', why: 'changed' }] } })).toContain('не поместились: 573');
});

test('the whole period, and why', () => {
  expect(drawn({ mode: 'full', why_full: 'first_time' })).toContain('Период прочитан целиком: раньше этот период из этой базы не загружали.');
});

test('records without a key: which sets could not be compared', () => {
  const text = drawn({ mode: 'full', why_full: 'asked', reconciled: false, sets: [{ ...sets[0], without_key: 3 }], not_reconciled: [{ entity: sets[0]!.entity, why: 'records_without_key', rows: 12 }] });
  expect(text).toContain('Сверка неполная.');
  expect(text).toContain('Списания со счёта: осталось под вопросом 12');
  expect(text).toContain('без ключа 3');
});

test('tasks that read nothing of 1C say nothing', () => {
  expect(drawn({}, 'import_bank_statements')).toBe('');
});

test('a catalogue that 1C does not give is told with the reason', () => {
  const left = (more: object) => drawn({ mode: 'full', sets: [{ part: 'categories', entity: 'Catalog_СтатьиДвиженияДенежныхСредств', counted: 0, fetched: 0, complete: false, ...more }] }, 'sync_full');
  expect(left({ left_out: 'no_right' })).toContain('Статьи движения денежных средств: пропущено: у пользователя 1С нет права');
  expect(left({ left_out: 'not_published', published: false })).toContain('пропущено: не входят в состав OData');
  expect(left({ complete: true, published: false })).toContain('не входят в состав OData');
});
