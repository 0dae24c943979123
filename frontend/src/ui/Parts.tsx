import { Select, Tabs } from 'antd';
import type { ReactNode } from 'react';
import { useMedia } from './useMedia';

type Part = { key: string; label: string; children: ReactNode };
type Props = { title: string; active: string; onChange: (key: string) => void; items: Part[]; destroyOnHidden?: boolean };

/** The parts of a view or a window: tabs where all of them fit; on a phone a list, as tabs that do not fit hide behind a button. */
export function Parts({ title, active, onChange, items, destroyOnHidden }: Props) {
  const phone = useMedia('(max-width: 800px)');
  return (
    <Tabs
      activeKey={active}
      onChange={onChange}
      destroyOnHidden={destroyOnHidden}
      tabBarGutter={24}
      items={items}
      renderTabBar={(props, TabBar) =>
        phone ? <Select aria-label={title} value={active} onChange={onChange} options={items.map(({ key, label }) => ({ value: key, label }))} style={{ width: '100%', marginBottom: 16 }} /> : <TabBar {...props} />
      }
    />
  );
}
