import { lazy } from 'react';
import { tr } from '../../app/preferences';
import type { Section } from '../../app/Section';

export const vkSections: Section[] = [{ path: '/vk', title: () => tr('ВКонтакте', 'VK'), group: 'sources', page: lazy(() => import('./VkPage')) }];
