import { useQuery } from '@tanstack/react-query';
import { App, Flex } from 'antd';
import { useState } from 'react';
import type { User } from '../../api/types';
import { tr } from '../../app/preferences';
import { can } from '../../app/rights';
import { PAGE, pageOf, useUrlState } from '../../app/useUrlState';
import { keys } from '../../realtime/keys';
import { DataTable } from '../../ui/DataTable';
import { formatCount } from '../../ui/format';
import { SearchBox } from '../../ui/SearchBox';
import { useAction } from '../../ui/useAction';
import { usePhone } from '../../ui/useMedia';
import { categoriesApi, flatten, itemsOf, type Item } from '../categories/api';
import { CategoryWords } from '../categories/CategoryWords';

/** Which cash-flow items of 1C are the same as one of our categories, so that sums of one thing stand together. */
export function Items({ user }: { user: User }) {
  const url = useUrlState();
  const { get, set } = url;
  const { modal, message } = App.useApp();
  const [moved, setMoved] = useState<number | null>(null);
  const q = get('q').toLowerCase();
  const list = useQuery({
    queryKey: keys.of('categories'),
    queryFn: categoriesApi.tree,
    select: ({ categories }) => {
      const found = itemsOf(categories).filter((item) => item.path.toLowerCase().includes(q));
      const first = (pageOf(get) - 1) * PAGE;
      return { rows: found.slice(first, first + PAGE), total: found.length, names: new Map(flatten(categories).map(({ id, path }) => [id, path])) };
    },
  });
  const { busy, run } = useAction(keys.of('categories'), keys.of('transactions'), keys.of('summary'), keys.of('rules'), keys.of('mappings'));
  const may = can.sync(user) && busy === null;
  const phone = usePhone();
  const nameOf = (id: number | null) => (id === null ? '—' : (list.data?.names.get(id) ?? `№ ${id}`));

  const merge = async (item: Item, into: number | null) => {
    const done = await run(`item ${item.id}`, () => categoriesApi.merge(item.id, into, setMoved));
    setMoved(null);
    if (done && into !== null) void message.success(tr(`Статья «${item.name}» теперь — «${nameOf(into)}»`, `“${item.name}” is “${nameOf(into)}” now`));
    return done;
  };
  const ask = (item: Item, into: number) =>
    new Promise<boolean>((answer) =>
      modal.confirm({
        title: tr(`«${item.name}» — то же, что «${nameOf(into)}»?`, `Is “${item.name}” the same as “${nameOf(into)}”?`),
        content: tr('Операции, правила и сопоставления этой статьи перейдут туда, следующие загрузки — тоже. Разъединить можно, но перешедшее останется там.', 'Its transactions, rules and mappings go over, and so do later imports. It can be undone, but what has gone over stays there.'),
        okText: tr('Объединить', 'Merge'), cancelText: tr('Нет', 'No'),
        onOk: async () => answer(await merge(item, into)),
        onCancel: () => answer(false),
      }),
    );
  const apart = (item: Item) =>
    void modal.confirm({
      title: tr(`Снова считать «${item.name}» отдельной категорией?`, `Is “${item.name}” a category of its own again?`),
      content: tr('Операции, которые уже перешли, останутся там. Пересчёт категорий вернёт те, о которых решала программа.', 'Transactions that have gone over stay there. Classifying again brings back those the program decided about.'),
      okText: tr('Разъединить', 'Take apart'), cancelText: tr('Нет', 'No'),
      onOk: () => merge(item, null),
    });

  const same = (item: Item) => (
    <>
      {may
        ? <CategoryWords of={item.name} value={item.same_as} said={nameOf(item.same_as)} choose={(into) => (into === item.id ? Promise.resolve(false) : ask(item, into))}>{nameOf(item.same_as)}</CategoryWords>
        : nameOf(item.same_as)}
      {may && item.same_as === null && item.like && <button type="button" className="linklike under" onClick={() => void ask(item, item.like!.id)}>{tr('Есть такая же', 'There is one')}: «{item.like.name}»</button>}
      {may && item.same_as !== null && <button type="button" className="linklike under" aria-label={`${tr('Разъединить', 'Take apart')}: ${item.name}`} onClick={() => apart(item)}>{tr('Разъединить', 'Take apart')}</button>}
    </>
  );
  const name = (item: Item) => <span className={item.is_active ? undefined : 'quiet'}>{item.path}{!item.is_active && ` (${tr('нет в 1С', 'gone from 1C')})`}</span>;
  return (
    <>
      <div className="filters">
        <SearchBox value={get('q')} placeholder={tr('Статья', 'Item')} onSearch={(text) => set({ q: text })} />
        <span className="quiet" role="status">
          {moved === null
            ? tr('Статья документа 1С сильнее любых правил. Если она — то же, что одна из категорий, скажите это здесь, и суммы встанут вместе.', 'The item of a document in 1C is stronger than any rule. If it is the same as one of the categories, say so here, and sums stand together.')
            : `${tr('Перенесено операций', 'Transactions gone over')}: ${formatCount(moved)}`}
        </span>
      </div>
      <DataTable<Item>
        list={list}
        rowKey="id"
        url={url}
        filtered={q !== ''}
        nothing={tr('Статьи появятся после загрузки категорий или полной синхронизации', 'Items appear with an import of categories or a full sync')}
        width={phone ? 300 : 760}
        columns={phone ? [
          { key: 'item', title: tr('Статья 1С', 'Item of 1C'), render: (_, item) => <Flex vertical gap={4}>{name(item)}{same(item)}</Flex> },
        ] : [
          { key: 'item', title: tr('Статья 1С', 'Item of 1C'), render: (_, item) => name(item) },
          { key: 'same', title: tr('То же, что категория', 'Same as the category'), width: 380, render: (_, item) => same(item) },
        ]}
      />
    </>
  );
}
