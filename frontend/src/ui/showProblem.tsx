import type { NotificationInstance } from 'antd/es/notification/interface';
import { ApiError } from '../api/client';
import { ProblemDetails } from './Failure';

/** A refusal that has no place of its own in the view: stays until it is closed, so that its request id can be copied. */
export function showProblem(notification: NotificationInstance, error: unknown) {
  notification.error({
    message: error instanceof Error ? error.message : String(error),
    description: error instanceof ApiError ? <ProblemDetails problem={error.problem} /> : undefined,
    duration: 0,
    role: 'alert',
  });
}
