import { Form, type FormInstance } from 'antd';
import { useEffect, useMemo, useRef } from 'react';
import { ApiError } from '../api/client';
import { fieldErrors, saidAtField } from '../api/fields';
import { Failure } from './Failure';

/** Of a refusal, what is wrong with these fields of a form that Ant Design does not keep. */
export const errorAt = (error: unknown, ...names: string[]) => {
  const found = error instanceof ApiError ? fieldErrors(error.problem).find(({ field }) => names.includes(field)) : undefined;
  return found && saidAtField(found);
};

/** Puts what is wrong with a form's fields at them, until they are changed or sent again; answers which those are. as: a field that the form calls otherwise. */
export function useFieldErrors(form: FormInstance, error: unknown, as: Record<string, string> = {}): string[] {
  const placed = useMemo(() => {
    if (!(error instanceof ApiError)) return [];
    const own = form.getFieldsValue() as object;
    return fieldErrors(error.problem).map((wrong) => ({ ...wrong, name: as[wrong.field] ?? wrong.field })).filter(({ name }) => Object.hasOwn(own, name));
  }, [form, error]);
  const values = Form.useWatch([], form) as Record<string, unknown> | undefined;
  const marked = useRef(new Map<string, unknown>()); // each with the value that was refused
  useEffect(() => {
    const names = new Set([...marked.current.keys(), ...placed.map(({ name }) => name)]);
    marked.current = new Map(placed.map(({ name }) => [name, form.getFieldValue(name) as unknown]));
    if (names.size === 0) return;
    form.setFields([...names].map((name) => ({ name, errors: placed.filter((wrong) => wrong.name === name).map(saidAtField) })));
    if (placed[0]) (form.getFieldInstance(placed[0].name) as { focus?: () => void } | undefined)?.focus?.();
  }, [form, placed]);
  useEffect(() => {
    for (const [name, refused] of marked.current) {
      if (form.getFieldValue(name) === refused) continue;
      marked.current.delete(name);
      form.setFields([{ name, errors: [] }]);
    }
  }, [form, values]);
  return placed.map(({ field }) => field);
}

/** A refusal in a form: what is wrong with its fields stands at them, the rest here. */
export function FormFailure({ error, as }: { error: unknown; as?: Record<string, string> }) {
  return <Failure error={error} placed={useFieldErrors(Form.useFormInstance(), error, as)} />;
}
