import type { Task, User } from '../api/types';

/** What is offered to whom; the server decides the same by itself. */
export const can = {
  sync: (user: User) => user.role !== 'USER',
  administer: (user: User) => user.role === 'ADMIN',
  retry: (user: User) => user.role !== 'USER',
  cancel: (user: User, task: Task) => user.role !== 'USER' || task.user_id === user.id,
};
