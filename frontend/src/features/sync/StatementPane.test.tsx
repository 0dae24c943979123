import { fireEvent, screen, waitFor } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { draw, refusal, serve } from '../../test/draw';
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
  expect((await screen.findByText('Номер счёта: цифры')).closest('.ant-form-item')!.contains(account)).toBe(true);
  expect(document.body.textContent).not.toContain('account_number');
  expect(document.querySelector('.ant-alert')).toBeNull();
  expect(account.value).toBe('4070 2810 9000 0000 0001');
  expect(sent()).toEqual(['account_number=40702810900000000001', 'auto_classify=true']);
  append.mockClear();
  fireEvent.change(account, { target: { value: '' } });
  fireEvent.click(screen.getByRole('button', { name: 'Загрузить' }));
  await waitFor(() => expect(fetch).toHaveBeenCalledTimes(2));
  expect(sent()).toEqual(['auto_classify=true']);
});

test('accounts of which there are statements are offered when the field is looked into, and another can be typed', async () => {
  const account = (account_number: string) => ({ account_number, agrees: true, first_difference: null, days: [] });
  const asked = serve({ 'GET /reconciliation': { body: { agrees: true, message: '', accounts: [account('40702810900000000001'), account('40702810900000000022')], total: 2 } } });
  draw(<StatementPane onStarted={vi.fn()} />);
  expect(asked).toEqual([]);
  const field = screen.getByLabelText('Свой счёт') as HTMLInputElement;
  fireEvent.focus(field);
  fireEvent.mouseDown(field);
  await waitFor(() => expect(asked.map(({ call }) => call)).toEqual(['GET /reconciliation']));
  const options = () => [...document.querySelectorAll('.ant-select-item-option')].map((option) => option.textContent);
  await waitFor(() => expect(options()).toEqual(['40702810900000000001', '40702810900000000022']));
  fireEvent.change(field, { target: { value: '0000 0022' } });
  await waitFor(() => expect(options()).toEqual(['40702810900000000022']));
  fireEvent.click(document.querySelector('.ant-select-item-option')!);
  expect(field.value).toBe('40702810900000000022');
  fireEvent.change(field, { target: { value: '40802810' } });
  expect(field.value).toBe('40802810');
});
