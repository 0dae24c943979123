import type { User } from '../../api/types';
import { tr } from '../../app/preferences';
import { useUrlState } from '../../app/useUrlState';
import { Parts } from '../../ui/Parts';
import { Comments } from './Comments';
import { Groups } from './Groups';
import { Keywords } from './Keywords';
import { Posts } from './Posts';

/** Walls of VK groups: what was read, what was found in it, and the tasks that do it. */
export default function VkPage({ user }: { user: User }) {
  const { get, set } = useUrlState();
  return (
    <>
      <h1 className="title">{tr('ВКонтакте', 'VK')}</h1>
      <Parts
        title={tr('Что показать', 'What to show')}
        active={get('tab') || 'groups'}
        onChange={(tab) => set({ tab: tab === 'groups' ? null : tab, q: null, keyword: null, post_id: null })}
        destroyOnHidden
        items={[
          { key: 'groups', label: tr('Сообщества', 'Groups'), children: <Groups user={user} /> },
          { key: 'posts', label: tr('Записи', 'Posts'), children: <Posts /> },
          { key: 'comments', label: tr('Комментарии', 'Comments'), children: <Comments /> },
          { key: 'keywords', label: tr('Ключевые слова', 'Keywords'), children: <Keywords user={user} /> },
        ]}
      />
    </>
  );
}
