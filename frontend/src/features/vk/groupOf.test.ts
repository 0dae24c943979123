import { expect, test } from 'vitest';
import { groupOf } from './groupOf';

test.each([
  ['69459624', 69459624],
  ['https://vk.com/club69459624', 69459624],
  ['vk.com/some_shop?w=wall-1_2', 'some_shop'],
  [' m.vk.com/public5/ ', 5],
  ['some.shop', 'some.shop'],
  ['', null],
  ['0', null],
  ['два слова', null],
])('%s', (text, group) => expect(groupOf(text)).toBe(group));
