import { lazy } from 'react';
import type { Section } from '../../app/Section';

export const vkSections: Section[] = [{ path: '/vk', title: () => 'ВКонтакте', group: 'sources', page: lazy(() => import('./VkPage')) }];
