import type { NotificationInstance } from 'antd/es/notification/interface';
import { ApiError } from '../api/client';
import { failureWords, ProblemDetails } from './Failure';

/** A refusal that has no place of its own in the view: stays until it is closed, so that its request id can be copied. */
export function showProblem(notification: NotificationInstance, error: unknown) {
  const { text, besides } = failureWords(error);
  notification.error({
    message: text,
    description: error instanceof ApiError ? <ProblemDetails problem={error.problem} besides={besides} /> : undefined,
    duration: 0,
    role: 'alert',
  });
}
