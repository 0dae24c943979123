import { useCallback } from 'react';
import { useSearchParams } from 'react-router-dom';

/** Of the address, but no filters. */
const places = ['page', 'open', 'watch', 'sync'];
/** Of these, what opens over the page: Back shuts it. */
const windows = ['open', 'watch', 'sync'];

export type Changes = Record<string, string | null | undefined>;
export type UrlState = { get: (name: string) => string; set: (changes: Changes) => void };

/** Filters live in the address. A change of a filter goes back to the first page; an empty value leaves the address. */
export function useUrlState(): UrlState {
  const [params, setParams] = useSearchParams();
  const set = useCallback(
    (changes: Changes) => {
      const shown = new URLSearchParams(window.location.search);
      const opens = windows.some((name) => changes[name] && !shown.has(name)) && !windows.some((name) => shown.has(name));
      setParams(
        () => {
          // Not of what was drawn last: two changes may come before the next drawing, and none may be lost.
          const next = new URLSearchParams(window.location.search);
          if (Object.keys(changes).some((name) => !places.includes(name))) next.delete('page');
          for (const [name, value] of Object.entries(changes)) value ? next.set(name, value) : next.delete(name);
          return next;
        },
        { replace: !opens },
      );
    },
    [setParams],
  );
  const get = useCallback((name: string) => params.get(name) ?? '', [params]);
  return { get, set };
}

/** Rows of a page of a table. */
export const PAGE = 50;

export const pageOf = (get: UrlState['get']) => Math.max(1, Math.floor(Number(get('page'))) || 1);

/** The API's query of the filters named. Q: Query<'/path'>; what the address holds is the server's to judge. */
export const filterQuery = <Q extends object>(get: UrlState['get'], names: readonly (keyof Q & string)[]) =>
  Object.fromEntries(names.filter((name) => get(name)).map((name) => [name, get(name)])) as unknown as Q;

/** The same with limit and offset from `page`. */
export const listQuery = <Q extends object>(get: UrlState['get'], names: readonly (keyof Q & string)[], size = PAGE) =>
  ({ ...filterQuery<Q>(get, names), limit: size, offset: (pageOf(get) - 1) * size }) as Q;
