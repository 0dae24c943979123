import { lazy } from 'react';
import { tr } from '../../app/preferences';
import { can } from '../../app/rights';
import type { Section } from '../../app/Section';

export const systemSections: Section[] = [{ path: '/system', title: () => tr('Состояние', 'Health'), group: 'admin', may: can.administer, page: lazy(() => import('./SystemPage')) }];
