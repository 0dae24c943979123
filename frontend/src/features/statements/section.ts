import { lazy } from 'react';
import { tr } from '../../app/preferences';
import type { Section } from '../../app/Section';

export const statementSections: Section[] = [{ path: '/reconciliation', title: () => tr('Сверка', 'Reconciliation'), group: 'money', page: lazy(() => import('./ReconciliationPage')) }];
