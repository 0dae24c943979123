import { lazy } from 'react';
import { tr } from '../../app/preferences';
import type { Section } from '../../app/Section';

export const ruleSections: Section[] = [{ path: '/rules', title: () => tr('Правила', 'Rules'), group: 'directories', page: lazy(() => import('./RulesPage')) }];
