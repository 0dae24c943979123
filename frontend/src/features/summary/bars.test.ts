import { expect, test } from 'vitest';
import { barLengths, kopecks } from './bars';

test('kopecks beyond what a double can hold', () => expect(kopecks('90071992547409931.10')).toBe(9007199254740993110n));
test('the largest is whole, nothing is nothing, little can be seen', () => expect(barLengths(['200.00', '-100.00', '0.00', '0.01'])).toEqual([100, 50, 0, 0.5]));
test('no amounts', () => expect(barLengths([])).toEqual([]));
