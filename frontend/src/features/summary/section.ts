import { lazy } from 'react';
import { tr } from '../../app/preferences';
import type { Section } from '../../app/Section';

export const summarySections: Section[] = [{ path: '/summary', title: () => tr('Сводка', 'Summary'), group: 'money', page: lazy(() => import('./SummaryPage')) }];
