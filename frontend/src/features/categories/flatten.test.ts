import { expect, test } from 'vitest';
import { flatten, itemsOf } from './api';

test('children carry the way to them', () => {
  const child = { id: 2, code: 'A1', name: 'Аренда', kind: 'expense' as const, parent_id: 1, source: null, is_active: true, same_as: null, is_folder: false, children: [] };
  expect(flatten([{ id: 1, code: 'A', name: 'Офис', kind: 'expense', parent_id: null, source: null, is_active: true, same_as: null, is_folder: false, children: [child] }]).map((c) => c.path)).toEqual(['Офис', 'Офис → Аренда']);
});

test('an item of 1C that is the same as another category is not offered, what stands in it is', () => {
  const row = (id: number, name: string, more: object) => ({ id, code: name, name, kind: 'expense' as const, parent_id: null, source: '1c', is_active: true, same_as: null, is_folder: false, children: [], ...more });
  const tree = [row(1, 'Папка', { is_folder: true, children: [row(2, 'Аренда помещений', { same_as: 9 }), row(3, 'Связь', {})] }), row(9, 'Аренда', { source: null })];
  expect(flatten(tree).map((c) => c.path)).toEqual(['Папка', 'Папка → Связь', 'Аренда']);
  expect(itemsOf(tree).map(({ name, path, like }) => [name, path, like?.name])).toEqual([['Аренда помещений', 'Папка → Аренда помещений', undefined], ['Связь', 'Папка → Связь', undefined]]);
});

test('an item is offered our category of the same name, if just one is called so', () => {
  const row = (id: number, name: string, source: string | null) => ({ id, code: String(id), name, kind: 'expense' as const, parent_id: null, source, is_active: true, same_as: null, is_folder: false, children: [] });
  expect(itemsOf([row(1, 'Платёж: АРЕНДА', '1c'), row(2, 'платеж аренда', null)])[0]!.like?.id).toBe(2);
  expect(itemsOf([row(1, 'Аренда', '1c'), row(2, 'аренда', null), row(3, 'Аренда.', null)])[0]!.like).toBe(null);
});

test('folders and what is not in use are there for rows that have them, and not to be chosen', () => {
  const row = (id: number, more: object) => ({ id, code: String(id), name: String(id), kind: 'expense' as const, parent_id: null, source: '1c', is_active: true, same_as: null, is_folder: false, children: [], ...more });
  expect(flatten([row(1, { is_folder: true, children: [row(2, {})] }), row(3, { is_active: false })]).map(({ id, choosable }) => [id, choosable])).toEqual([[1, false], [2, true], [3, false]]);
});
