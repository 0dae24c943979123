import { directorySections } from '../features/directory/section';
import { reviewSections } from '../features/review/section';
import { ruleSections } from '../features/rules/section';
import { statementSections } from '../features/statements/section';
import { summarySections } from '../features/summary/section';
import { systemSections } from '../features/system/section';
import { taskSections } from '../features/tasks/section';
import { transactionSections } from '../features/transactions/section';
import { userSections } from '../features/users/section';
import { vkSections } from '../features/vk/section';
import type { Section } from './Section';

/** Every view of the page; within a group of the navigation they stand in this order. */
export const sections: Section[] = [
  ...taskSections,
  ...transactionSections,
  ...reviewSections,
  ...summarySections,
  ...statementSections,
  ...directorySections,
  ...ruleSections,
  ...vkSections,
  ...systemSections,
  ...userSections,
];
