import { fireEvent, screen } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { draw, serve } from '../../test/draw';
import { RuleForm } from './RuleForm';

test('how the pattern is looked for is said of the kind that was chosen', async () => {
  serve({ 'GET /categories': { body: { categories: [] } } });
  draw(<RuleForm onClose={vi.fn()} onSaved={vi.fn()} />);
  expect(screen.getByText(/Слова ищутся с начала слова/)).toBeTruthy();
  fireEvent.mouseDown(screen.getByLabelText('Смотреть на'));
  fireEvent.click(await screen.findByText('ИНН контрагента'));
  expect(await screen.findByText(/ИНН целиком/)).toBeTruthy();
  expect(screen.queryByText(/Слова ищутся/)).toBeNull();
});
