import { useQuery } from '@tanstack/react-query';
import { client, data } from '../../api/client';
import type { Category } from '../../api/schema';
import { keys } from '../../realtime/keys';

export const categoriesApi = { tree: () => data(client.GET('/categories')) };

/** Of the tree, each with its path: "Доходы → Продажи". */
export type FlatCategory = { id: number; name: string; path: string; kind: Category['kind'] };

export function flatten(tree: Category[], above = ''): FlatCategory[] {
  return tree.flatMap((category) => {
    const path = above ? `${above} → ${category.name}` : category.name;
    return [{ id: category.id, name: category.name, path, kind: category.kind }, ...flatten(category.children, path)];
  });
}

export const useCategories = () =>
  useQuery({ queryKey: keys.of('categories'), queryFn: categoriesApi.tree, staleTime: 60_000, select: ({ categories }) => flatten(categories) });
