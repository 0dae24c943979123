import { fireEvent, screen, waitFor } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { draw, refusal } from '../../test/draw';
import { StatementPane } from './StatementPane';

test('an account that was named goes along without its blanks; a refusal of it is shown and keeps what was typed', async () => {
  const { status, body } = refusal(422, 'VALIDATION_ERROR', 'Проверьте поля', [{ field: 'account_number', message: 'номер счёта: цифры' }]);
  const fetch = vi.fn(async () => new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/problem+json' } }));
  vi.stubGlobal('fetch', fetch);
  const append = vi.spyOn(FormData.prototype, 'append');
  const sent = () => append.mock.calls.filter(([name]) => name !== 'file').map(([name, value]) => `${name}=${String(value)}`);
  const { container } = draw(<StatementPane onStarted={vi.fn()} />);
  const file = new File(['СекцияДокумент'], 'part.txt');
  fireEvent.change(container.querySelector('input[type=file]')!, { target: { files: [file] } });
  await screen.findByText('part.txt');
  const account = screen.getByLabelText('Свой счёт') as HTMLInputElement;
  fireEvent.change(account, { target: { value: '4070 2810 9000 0000 0001' } });
  fireEvent.click(screen.getByRole('button', { name: 'Загрузить' }));
  await screen.findByText(/номер счёта: цифры/);
  expect(account.value).toBe('4070 2810 9000 0000 0001');
  expect(sent()).toEqual(['account_number=40702810900000000001', 'auto_classify=true']);
  append.mockClear();
  fireEvent.change(account, { target: { value: '' } });
  fireEvent.click(screen.getByRole('button', { name: 'Загрузить' }));
  await waitFor(() => expect(fetch).toHaveBeenCalledTimes(2));
  expect(sent()).toEqual(['auto_classify=true']);
});
