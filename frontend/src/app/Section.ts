import type { ComponentType, LazyExoticComponent } from 'react';
import type { User } from '../api/types';

/** Where in the navigation a section stands; the groups come in this order. */
export const groups = ['work', 'money', 'directories', 'sources', 'admin'] as const;
export type Group = (typeof groups)[number];

/** A view with an address of its own. Each feature lists its sections in section.ts, app/sections.ts puts them together. */
export type Section = {
  path: string;
  title: () => string;
  /** Without a group it has no entry in the navigation and is reached by links. */
  group?: Group;
  /** Who may see it (rights.ts); everybody when absent. The server decides the same by itself. */
  may?: (user: User) => boolean;
  page: LazyExoticComponent<ComponentType<{ user: User }>>;
};
