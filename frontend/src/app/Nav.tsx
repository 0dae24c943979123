import { NavLink } from 'react-router-dom';
import type { User } from '../api/types';
import { tr } from './preferences';
import { groups, type Group } from './Section';
import { sections } from './sections';

const groupTitle = (group: Group): string | null =>
  ({ work: null, money: tr('Деньги', 'Money'), directories: tr('Справочники', 'Directories'), sources: tr('Источники', 'Sources'), admin: tr('Управление', 'Administration') })[group];

/** The sections that this person may see, by group. */
export function Nav({ user, onGo }: { user: User; onGo?: () => void }) {
  return (
    <nav className="nav" aria-label={tr('Разделы', 'Sections')}>
      {groups.map((group) => {
        const shown = sections.filter((section) => section.group === group && (section.may?.(user) ?? true));
        if (shown.length === 0) return null;
        const title = groupTitle(group);
        return (
          <div key={group} className="nav-group">
            {title && <div className="nav-title" id={`nav-${group}`}>{title}</div>}
            <ul aria-labelledby={title ? `nav-${group}` : undefined}>
              {shown.map((section) => (
                <li key={section.path}><NavLink to={section.path} onClick={onGo}>{section.title()}</NavLink></li>
              ))}
            </ul>
          </div>
        );
      })}
    </nav>
  );
}
