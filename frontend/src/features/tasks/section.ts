import { lazy } from 'react';
import { tr } from '../../app/preferences';
import type { Section } from '../../app/Section';

export const taskSections: Section[] = [
  { path: '/tasks', title: () => tr('Задачи', 'Tasks'), group: 'work', page: lazy(() => import('./TasksPage')) },
  { path: '/tasks/:id', title: () => tr('Задача', 'Task'), page: lazy(() => import('./TaskPage')) },
];
