import { fireEvent, screen, waitFor } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { ApiError } from '../api/client';
import { draw, refusal, serve } from '../test/draw';
import { RuleForm } from '../features/rules/RuleForm';
import { Failure } from './Failure';

const categories = { body: { categories: [{ id: 7, code: 'A', name: 'Аренда', kind: 'expense', parent_id: null, source: null, is_active: true, same_as: null, children: [] }] } };
const said = (detail: string, errors?: { field: string; message: string }[]) => new ApiError({ status: 422, code: 'VALIDATION_ERROR', title: 'Ошибка', detail, request_id: 'r-1', errors });

test('what is wrong with a field of a form stands at it until it is changed', async () => {
  const wrong = 'одна буква подошла бы почти везде';
  serve({ 'GET /categories': categories, 'POST /categorization-rules': refusal(422, 'VALIDATION_ERROR', `pattern: ${wrong}`, [{ field: 'pattern', message: wrong }, { field: 'confidence', message: 'нужно число' }]) });
  draw(<RuleForm start={{ pattern: 'а', category_id: 7 }} onClose={vi.fn()} onSaved={vi.fn()} />);
  const field = screen.getByLabelText('Что искать');
  fireEvent.click(screen.getByRole('button', { name: 'Сохранить' }));
  const message = await screen.findByText('Одна буква подошла бы почти везде');
  expect(message.closest('.ant-form-item')!.contains(field)).toBe(true);
  expect((await screen.findByText('Нужно число')).closest('.ant-form-item')!.textContent).toContain('Уверенность');
  expect(document.body.textContent).not.toContain('pattern');
  expect(document.activeElement).toBe(field);
  expect(document.querySelector('.ant-alert')).toBeNull();
  fireEvent.change(field, { target: { value: 'аренд' } });
  await waitFor(() => expect(field.getAttribute('aria-invalid')).not.toBe('true'));
  expect(document.querySelector('.ant-form-item-has-error')?.textContent).toContain('Уверенность'); // the other one stays
});

test('what has no field in the form stands below, without names of members', async () => {
  serve({ 'GET /categories': categories, 'POST /categorization-rules': refusal(422, 'VALIDATION_ERROR', 'pattern: плохо', [{ field: 'pattern', message: 'плохо' }, { field: 'body', message: 'rule_type и pattern меняются вместе' }]) });
  draw(<RuleForm start={{ pattern: 'а', category_id: 7 }} onClose={vi.fn()} onSaved={vi.fn()} />);
  fireEvent.click(screen.getByRole('button', { name: 'Сохранить' }));
  expect((await screen.findByText('Плохо')).closest('.ant-form-item')).toBeTruthy();
  expect(document.querySelector('.ant-alert-message')!.textContent).toBe('«Смотреть на» и «Что искать» меняются вместе');
});

test.each([
  ['amount_min: нужна сумма вида 1234.50', [{ field: 'amount_min', message: 'нужна сумма вида 1234.50' }], 'Сумма от: нужна сумма вида 1234.50'],
  ['date_from: позже, чем date_to', [{ field: 'date_from', message: 'позже, чем date_to' }], 'С: позже, чем «По»'],
  ['params.group_id: нужно число', [{ field: 'params.group_id', message: 'нужно число' }], 'Сообщество: нужно число'],
  ['body: нечего менять', [{ field: 'body', message: 'нечего менять' }], 'Нечего менять'],
  ['status: у операции нет категории', undefined, 'Состояние: у операции нет категории'],
  ['Ссылка: vk.com/x не открывается', undefined, 'Ссылка: vk.com/x не открывается'],
])('a person reads %s in words', (detail, errors, words) => {
  draw(<Failure error={said(detail, errors)} />);
  expect(document.querySelector('.ant-alert-message')!.textContent).toBe(words);
});
