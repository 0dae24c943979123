import { expect, test } from 'vitest';
import { flatten } from './api';

test('children carry the way to them', () => {
  const child = { id: 2, code: 'A1', name: 'Аренда', kind: 'expense' as const, parent_id: 1, source: null, is_active: true, children: [] };
  expect(flatten([{ id: 1, code: 'A', name: 'Офис', kind: 'expense', parent_id: null, source: null, is_active: true, children: [child] }]).map((c) => c.path)).toEqual(['Офис', 'Офис → Аренда']);
});
