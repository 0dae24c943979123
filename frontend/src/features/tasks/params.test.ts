import { expect, test } from 'vitest';
import { paramWords } from './params';

test('what a wall was read with is said in words', () => {
  expect(paramWords({ group_id: '1001', full: false, user_id: 1 })).toEqual([['Сообщество', '1001'], ['Прочитать всё заново', 'нет']]);
});
