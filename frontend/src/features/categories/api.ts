import { useQuery } from '@tanstack/react-query';
import { client, data } from '../../api/client';
import type { Category } from '../../api/schema';
import { keys } from '../../realtime/keys';

export const categoriesApi = {
  tree: () => data(client.GET('/categories')),
  /** An item of 1C is the same as that category, or (null) stands for itself. Rows go over in turns; `told` hears how many. */
  merge: async (id: number, into_id: number | null, told?: (moved: number) => void) => {
    for (let sum = 0, more = true; more; told?.(sum)) {
      const step = await data(client.POST('/categories/{id}/merge', { params: { path: { id } }, body: { into_id } }));
      sum += step.moved;
      more = step.more;
    }
  },
};

/** Of the tree, each with its path: "Доходы → Продажи". */
export type FlatCategory = { id: number; name: string; path: string; kind: Category['kind'] };
/** May it be chosen? Folders of 1C's items and what is not in use may not; rows may have them all the same. */
export type ListedCategory = FlatCategory & { choosable: boolean };

export function flatten(tree: Category[], above = ''): ListedCategory[] {
  return tree.flatMap((category) => {
    const path = above ? `${above} → ${category.name}` : category.name;
    const below = flatten(category.children, path);
    return category.same_as === null ? [{ id: category.id, name: category.name, path, kind: category.kind, choosable: category.is_active && !category.is_folder }, ...below] : below;
  });
}

/** A cash-flow item of 1C; `like` is the one category of ours that has its name. */
export type Item = FlatCategory & { is_active: boolean; same_as: number | null; like: FlatCategory | null };

const plain = (name: string) => name.toLowerCase().replace(/ё/g, 'е').replace(/[^0-9a-zа-я]+/g, ' ').trim();

/** The items of 1C, without their folders. */
export function itemsOf(tree: Category[]): Item[] {
  const all = (nodes: Category[], above: string): (Category & { path: string })[] =>
    nodes.flatMap((category) => {
      const path = above ? `${above} → ${category.name}` : category.name;
      return [{ ...category, path }, ...all(category.children, path)];
    });
  const rows = all(tree, '');
  const ours = rows.filter((row) => row.source === null && row.is_active);
  return rows
    .filter((row) => row.source === '1c' && !row.is_folder)
    .map(({ id, name, path, kind, is_active, same_as }) => {
      const alike = ours.filter((row) => plain(row.name) === plain(name));
      return { id, name, path, kind, is_active, same_as, like: alike.length === 1 ? { id: alike[0]!.id, name: alike[0]!.name, path: alike[0]!.path, kind: alike[0]!.kind } : null };
    });
}

export const useCategories = () =>
  useQuery({ queryKey: keys.of('categories'), queryFn: categoriesApi.tree, staleTime: 60_000, select: ({ categories }) => flatten(categories) });
