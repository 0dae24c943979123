import { fireEvent, screen, waitFor } from '@testing-library/react';
import { useState } from 'react';
import { expect, test } from 'vitest';
import type { Transaction } from '../../api/types';
import { draw, serve } from '../../test/draw';
import { DecisionForm } from './DecisionForm';

const row = { id: 5, category_id: null, suggested_category_id: 2, status: 'NEEDS_REVIEW', notes: null } as Transaction;
const answers = {
  'GET /categories': { body: { categories: [{ id: 1, code: 'A', name: 'Продажи', kind: 'income', parent_id: null, source: null, is_active: true, same_as: null, children: [] }, { id: 2, code: 'B', name: 'Аренда', kind: 'expense', parent_id: null, source: null, is_active: true, same_as: null, children: [] }] } },
  'PATCH /bank-transactions/5': { body: row },
};
const save = () => screen.getByRole('button', { name: 'Сохранить' });
const sent = (asked: ReturnType<typeof serve>) => asked.filter(({ call }) => call.startsWith('PATCH')).map(({ body }) => body);

test('a note decides nothing about the category that is only suggested', async () => {
  const asked = serve(answers);
  draw(<DecisionForm row={row} />);
  await screen.findByRole('button', { name: 'Аренда' });
  fireEvent.click(save());
  expect(await screen.findByText('Ничего не изменено')).toBeTruthy();
  fireEvent.change(screen.getByLabelText('Заметка'), { target: { value: ' спросить у Петровой ' } });
  fireEvent.click(save());
  await waitFor(() => expect(sent(asked)).toEqual([{ notes: 'спросить у Петровой' }]));
});

test('nor about one that was found', async () => {
  const asked = serve(answers);
  draw(<DecisionForm row={{ ...row, category_id: 1, suggested_category_id: null, status: 'CATEGORIZED', notes: 'старая' }} />);
  fireEvent.change(screen.getByLabelText('Заметка'), { target: { value: '' } });
  fireEvent.click(save());
  await waitFor(() => expect(sent(asked)).toEqual([{ notes: null }]));
});

test('what is suggested is accepted by a press', async () => {
  const asked = serve(answers);
  draw(<DecisionForm row={row} />);
  fireEvent.click(await screen.findByRole('button', { name: 'Аренда' }));
  fireEvent.click(save());
  await waitFor(() => expect(sent(asked)).toEqual([{ category_id: 2, status: 'APPROVED' }]));
});

test('who calls the row checked accepts what is suggested', async () => {
  const asked = serve(answers);
  draw(<DecisionForm row={row} />);
  await screen.findByRole('button', { name: 'Аренда' });
  fireEvent.mouseDown(screen.getByRole('combobox', { name: 'Состояние' }));
  fireEvent.click(await screen.findByText('проверена'));
  expect(screen.queryByRole('button', { name: 'Аренда' })).toBeNull(); // it is in the field
  fireEvent.click(save());
  await waitFor(() => expect(sent(asked)).toEqual([{ category_id: 2, status: 'APPROVED' }]));
});

test('a row that changes below keeps what was typed, and sends nothing of what it was', async () => {
  const asked = serve(answers);
  const Host = () => {
    const [now, change] = useState(row);
    return <><DecisionForm row={now} /><button onClick={() => change({ ...row, category_id: 1, suggested_category_id: null, status: 'CATEGORIZED' })}>загрузка</button></>;
  };
  draw(<Host />);
  fireEvent.change(screen.getByLabelText('Заметка'), { target: { value: 'моя' } });
  fireEvent.click(screen.getByRole('button', { name: 'загрузка' }));
  await screen.findByText('с категорией');
  fireEvent.click(save());
  await waitFor(() => expect(sent(asked)).toEqual([{ notes: 'моя' }]));
});
