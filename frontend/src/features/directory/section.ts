import { lazy } from 'react';
import { tr } from '../../app/preferences';
import type { Section } from '../../app/Section';

export const directorySections: Section[] = [
  { path: '/contractors', title: () => tr('Контрагенты', 'Contractors'), group: 'directories', page: lazy(() => import('./ContractorsPage')) },
  { path: '/organizations', title: () => tr('Организации', 'Organizations'), group: 'directories', page: lazy(() => import('./OrganizationsPage')) },
];
