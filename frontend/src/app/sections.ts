import { directorySections } from '../features/directory/section';
import { systemSections } from '../features/system/section';
import { taskSections } from '../features/tasks/section';
import { transactionSections } from '../features/transactions/section';
import { userSections } from '../features/users/section';
import type { Section } from './Section';

/** Every view of the page; within a group of the navigation they stand in this order. */
export const sections: Section[] = [
  ...taskSections,
  ...transactionSections,
  ...directorySections,
  ...systemSections,
  ...userSections,
];
