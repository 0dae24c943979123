import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { draw, serve } from '../../test/draw';
import { useChangeWords } from './changes';

function Words({ changes }: { changes: { field: string; old: unknown; new: unknown }[] }) {
  return <ul>{useChangeWords()(changes).map(({ field, title, was, is }) => <li key={field}>{`${title}: ${was} → ${is}`}</li>)}</ul>;
}

test('changes are words: no names of the program, no numbers of categories', async () => {
  serve({ 'GET /categories': { body: { categories: [{ id: 8, code: 'A', name: 'Аренда', kind: 'expense', parent_id: null, source: null, is_active: true, same_as: null, children: [] }, { id: 46, code: 'B', name: 'Связь', kind: 'expense', parent_id: null, source: null, is_active: true, same_as: null, children: [] }] } } });
  draw(<Words changes={[
    { field: 'suggested_category_id', old: 8, new: 46 }, { field: 'category_id', old: null, new: 8 }, { field: 'category_rule_id', old: 27, new: null }, { field: 'category_method', old: 'none', new: 'rule' },
    { field: 'is_active', old: false, new: true }, { field: 'category_confidence', old: 0.9, new: null }, { field: 'status', old: 'NEW', new: 'CATEGORIZED' }, { field: 'amount', old: '1234.50', new: '1.00' }, { field: 'transaction_type', old: 'DEBIT', new: 'CREDIT' },
  ]} />);
  await screen.findByText('Предложенная категория: Аренда → Связь');
  expect(screen.getAllByRole('listitem').map((item) => item.textContent)).toEqual([
    'Предложенная категория: Аренда → Связь', 'Категория: — → Аренда', 'Как найдена категория: не нашлась → по правилу', 'Учитывается: нет → да', 'Уверенность: 90 % → —', 'Состояние: новая → с категорией', 'Сумма: 1\u00a0234,50 → 1,00', expect.stringMatching(/^Направление: Списание → Поступление$/),
  ]);
});
