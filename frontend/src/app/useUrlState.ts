import { useCallback } from 'react';
import { useSearchParams } from 'react-router-dom';

/** Of the address, but no filters. */
const windows = ['page', 'open', 'watch', 'sync'];

/** Filters live in the address. A change of a filter goes back to the first page; an empty value leaves the address. */
export function useUrlState() {
  const [params, setParams] = useSearchParams();
  const set = useCallback(
    (changes: Record<string, string | null | undefined>) =>
      setParams(
        (before) => {
          const next = new URLSearchParams(before);
          if (Object.keys(changes).some((name) => !windows.includes(name))) next.delete('page');
          for (const [name, value] of Object.entries(changes)) value ? next.set(name, value) : next.delete(name);
          return next;
        },
        { replace: true },
      ),
    [setParams],
  );
  const get = (name: string) => params.get(name) ?? '';
  return { get, set };
}

/** The API's query of the filters named, with limit and offset from `page`. */
export function apiQuery(get: (name: string) => string, names: string[], pageSize: number): string {
  const query = new URLSearchParams();
  for (const name of names) if (get(name)) query.set(name, get(name));
  query.set('limit', String(pageSize));
  query.set('offset', String((pageOf(get) - 1) * pageSize));
  return query.toString();
}

export const pageOf = (get: (name: string) => string) => Math.max(1, Math.floor(Number(get('page'))) || 1);
