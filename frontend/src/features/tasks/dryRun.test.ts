import { expect, test } from 'vitest';
import { dryRunOf } from './DryRun';

const part = { count: 1, credit: '1.00', debit: '0.00' };
const summary = { created: part, updated: part, deactivated: part };

test('a completed dry run has a report', () => expect(dryRunOf({ status: 'completed', result: { dry_run: summary } })).toEqual(summary));
test.each([
  ['of an import', { status: 'completed' as const, result: { created: 3 } }],
  ['of one that was cancelled', { status: 'cancelled' as const, result: { dry_run: summary } }],
  ['that only says it was one', { status: 'completed' as const, result: { dry_run: true } }],
  ['that is not there', { status: 'running' as const, result: null }],
])('none: a result %s', (_, task) => expect(dryRunOf(task)).toBeNull());
