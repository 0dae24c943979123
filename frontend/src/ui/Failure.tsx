import { Alert, Button, Typography } from 'antd';
import { ApiError, type Problem } from '../api/client';
import { fieldErrors, saidOfField } from '../api/fields';
import { tr } from '../app/preferences';

/** What stands below a problem's sentence: what else is wrong, and the request's id to hand to the administrator. */
export function ProblemDetails({ problem, besides }: { problem: Problem; besides: string[] }) {
  return (
    <>
      {besides.map((text) => <div key={text}>{text}</div>)}
      {problem.request_id && (
        <Typography.Text type="secondary" className="request-id" copyable={{ text: problem.request_id, tooltips: [tr('Скопировать', 'Copy'), tr('Скопировано', 'Copied')] }}>
          {tr('Запрос', 'Request')} {problem.request_id}
        </Typography.Text>
      )}
    </>
  );
}

/** A refusal or fault in words, where it happened. placed: fields at which their part of it stands already. */
export function Failure({ error, placed = [], onRetry }: { error: unknown; placed?: string[]; onRetry?: () => void }) {
  if (!error) return null;
  const problem = error instanceof ApiError ? error.problem : null;
  const { text, besides } = failureWords(error, placed);
  if (text === null) return null;
  return (
    <Alert
      type="error"
      showIcon
      style={{ marginBottom: 12 }}
      message={text}
      description={problem && (problem.request_id || besides.length > 0) ? <ProblemDetails problem={problem} besides={besides} /> : undefined}
      action={onRetry && <Button size="small" onClick={onRetry}>{tr('Повторить', 'Try again')}</Button>}
    />
  );
}

/** A sentence and what stands below it; null: all of it stands at its fields. */
export function failureWords(error: unknown, placed: string[] = []): { text: string | null; besides: string[] } {
  if (!(error instanceof ApiError)) return { text: error instanceof Error ? error.message : String(error), besides: [] };
  const all = fieldErrors(error.problem);
  const rest = all.filter(({ field }) => !placed.includes(field)).map(saidOfField);
  if (rest.length === all.length) return { text: error.message, besides: rest.filter((text) => text !== error.message) };
  return { text: rest[0] ?? null, besides: rest.slice(1) };
}
