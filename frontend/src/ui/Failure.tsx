import { Alert, Button, Typography } from 'antd';
import { ApiError, type Problem } from '../api/client';
import { tr } from '../app/preferences';

/** What stands below a problem's sentence: the wrong fields, and the request's id to hand to the administrator. */
export function ProblemDetails({ problem }: { problem: Problem }) {
  return (
    <>
      {problem.errors?.filter((field) => !problem.detail.startsWith(`${field.field}: `)).map((field) => <div key={field.field + field.message}>{field.field}: {field.message}</div>)}
      {problem.request_id && (
        <Typography.Text type="secondary" className="request-id" copyable={{ text: problem.request_id, tooltips: [tr('Скопировать', 'Copy'), tr('Скопировано', 'Copied')] }}>
          {tr('Запрос', 'Request')} {problem.request_id}
        </Typography.Text>
      )}
    </>
  );
}

/** A refusal or fault in words, where it happened. */
export function Failure({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  if (!error) return null;
  const problem = error instanceof ApiError ? error.problem : null;
  return (
    <Alert
      type="error"
      showIcon
      style={{ marginBottom: 12 }}
      message={error instanceof Error ? error.message : String(error)}
      description={problem && (problem.request_id || problem.errors) ? <ProblemDetails problem={problem} /> : undefined}
      action={onRetry && <Button size="small" onClick={onRetry}>{tr('Повторить', 'Try again')}</Button>}
    />
  );
}
