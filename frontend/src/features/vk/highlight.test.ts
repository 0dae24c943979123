import { expect, test } from 'vitest';
import { highlight } from './highlight';

test('a match stands between what is around it', () =>
  expect(highlight('Хорошая цена!', [{ keyword: 'цена', start: 8, length: 4 }])).toEqual([
    { text: 'Хорошая ', keyword: null }, { text: 'цена', keyword: 'цена' }, { text: '!', keyword: null },
  ]));

test('characters beyond the first plane count as one', () =>
  expect(highlight('😀😀 цены', [{ keyword: 'цена', start: 3, length: 4 }])[1]).toEqual({ text: 'цены', keyword: 'цена' }));

test('overlapping matches and such that stand outside change nothing of the text', () => {
  const pieces = highlight('абвг', [{ keyword: 'x', start: 1, length: 2 }, { keyword: 'y', start: 2, length: 2 }, { keyword: 'z', start: 3, length: 9 }]);
  expect(pieces.map((piece) => piece.text).join('')).toBe('абвг');
  expect(pieces.filter((piece) => piece.keyword).map((piece) => piece.keyword)).toEqual(['x']);
});
