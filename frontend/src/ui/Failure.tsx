import { Alert, Button, Typography } from 'antd';
import { ApiError } from '../api/client';
import { tr } from '../app/preferences';

/** A refusal or fault in words, with the request's id to hand to the administrator. */
export function Failure({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  if (!error) return null;
  const problem = error instanceof ApiError ? error.problem : null;
  const fields = problem?.errors ?? [];
  return (
    <Alert
      type="error"
      showIcon
      style={{ marginBottom: 12 }}
      message={error instanceof Error ? error.message : String(error)}
      description={
        (fields.length > 0 || problem?.request_id) && (
          <>
            {fields.map((field) => <div key={field.field + field.message}>{field.field}: {field.message}</div>)}
            {problem?.request_id && <Typography.Text type="secondary" copyable={{ text: problem.request_id }} style={{ fontSize: 12 }}>{tr('Запрос', 'Request')} {problem.request_id}</Typography.Text>}
          </>
        )
      }
      action={onRetry && <Button size="small" onClick={onRetry}>{tr('Повторить', 'Try again')}</Button>}
    />
  );
}
