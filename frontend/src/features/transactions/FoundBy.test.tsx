import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { Transaction } from '../../api/types';
import { draw, serve } from '../../test/draw';
import { FoundBy } from './FoundBy';

const row = (method: Transaction['category_method'], id: number | null) => ({ id: 5, category_method: method, category_rule_id: id, business_operation: 'ОплатаПоставщику' }) as Transaction;

test('a rule that is there is a way to it, one that was deleted says so', async () => {
  const asked = serve({ 'GET /categorization-rules': { body: { rules: [{ id: 27 }], total: 1 } } });
  const { unmount } = draw(<FoundBy row={row('rule', 27)} />);
  expect((await screen.findByRole('link', { name: 'правило № 27' })).getAttribute('href')).toBe('/rules?id=27');
  expect(asked[0]?.query).toBe('?id=27');
  unmount();
  serve({ 'GET /categorization-rules': { body: { rules: [], total: 0 } } });
  draw(<FoundBy row={row('rule', 27)} />);
  await screen.findByText(/правило № 27 с тех пор удалено/);
  expect(screen.queryByRole('link')).toBeNull();
});

test('a mapping is looked for by its operation', async () => {
  serve({ 'GET /business-operation-mappings': { body: { mappings: [{ id: 3 }], total: 1 } } });
  draw(<FoundBy row={row('operation', 3)} />);
  expect((await screen.findByRole('link', { name: 'сопоставление № 3' })).getAttribute('href')).toContain('tab=mappings');
});
