import { useQuery } from '@tanstack/react-query';
import { fireEvent, screen } from '@testing-library/react';
import { useState } from 'react';
import { expect, test } from 'vitest';
import { ApiError } from '../api/client';
import { useUrlState } from '../app/useUrlState';
import { draw } from '../test/draw';
import { DataTable } from './DataTable';

type Row = { id: number; name: string };

function Table({ ask, filtered = false }: { ask: () => Promise<{ rows: Row[]; total: number }>; filtered?: boolean }) {
  const url = useUrlState();
  const list = useQuery({ queryKey: ['rows'], queryFn: ask });
  return <DataTable<Row> list={list} rowKey="id" url={url} filtered={filtered} nothing="Начните с загрузки" width={300} columns={[{ key: 'name', title: 'Имя', dataIndex: 'name', sorter: true }]} />;
}

test('nothing yet says what to do', async () => {
  draw(<Table ask={async () => ({ rows: [], total: 0 })} />);
  expect(await screen.findByText('Начните с загрузки')).toBeTruthy();
});

test('nothing that fits is told from nothing yet', async () => {
  draw(<Table filtered ask={async () => ({ rows: [], total: 0 })} />);
  expect(await screen.findByText('Ничего не нашлось')).toBeTruthy();
});

test('a failure says why, gives the request and another try, and no false "nothing"', async () => {
  draw(<Table ask={async () => { throw new ApiError({ status: 503, code: 'DATABASE_ERROR', title: 't', detail: 'База данных не отвечает', request_id: 'r-1' }); }} />);
  expect(await screen.findByText('База данных не отвечает')).toBeTruthy();
  expect(screen.getByText(/r-1/)).toBeTruthy();
  expect(screen.getByRole('button', { name: 'Повторить' })).toBeTruthy();
  expect(screen.queryByText('Начните с загрузки')).toBeNull();
});

test('the order is the address', async () => {
  draw(<Table ask={async () => ({ rows: [{ id: 1, name: 'а' }], total: 1 })} />, { at: '/?sort=-name' });
  await screen.findByText('а');
  expect(document.querySelector('thead th')?.getAttribute('aria-sort')).toBe('descending');
});

test('the head ticks what is on the page and keeps what was ticked elsewhere', async () => {
  let chosen: React.Key[] = [7];
  const rows = [{ id: 1, name: 'а' }, { id: 2, name: 'б' }];
  function Ticked() {
    const url = useUrlState();
    const list = useQuery({ queryKey: ['rows'], queryFn: async () => ({ rows, total: 2 }) });
    const [keys, choose] = useState<React.Key[]>(chosen);
    chosen = keys;
    return <DataTable<Row> list={list} rowKey="id" url={url} filtered={false} nothing="" width={300} columns={[{ key: 'name', title: 'Имя', dataIndex: 'name' }]} selection={{ chosen: keys, choose }} />;
  }
  draw(<Ticked />);
  await screen.findByText('а');
  const all = screen.getAllByLabelText('Отметить все на странице');
  expect(all.length, 'once, and not in the hidden row that measures too').toBe(1);
  fireEvent.click(all[0]!);
  expect(chosen).toEqual([7, 1, 2]);
  fireEvent.click(all[0]!);
  expect(chosen).toEqual([7]);
});
