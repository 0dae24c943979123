import { lazy } from 'react';
import { tr } from '../../app/preferences';
import { can } from '../../app/rights';
import type { Section } from '../../app/Section';

export const userSections: Section[] = [{ path: '/users', title: () => tr('Пользователи', 'Users'), group: 'admin', may: can.administer, page: lazy(() => import('./UsersPage')) }];
