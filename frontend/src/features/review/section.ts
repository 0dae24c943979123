import { lazy } from 'react';
import { tr } from '../../app/preferences';
import { can } from '../../app/rights';
import type { Section } from '../../app/Section';

export const reviewSections: Section[] = [{ path: '/review', title: () => tr('На проверку', 'Review'), group: 'money', may: can.sync, page: lazy(() => import('./ReviewPage')) }];
