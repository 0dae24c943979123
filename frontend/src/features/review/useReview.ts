import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useState } from 'react';
import type { Transaction } from '../../api/types';
import { keys } from '../../realtime/keys';
import { HANDFUL, reviewApi, type Decision } from './api';

/** The rows that wait for a person. What was decided leaves the list at once, and comes back when the server refuses. */
export function useReview() {
  const queryClient = useQueryClient();
  const [decided, setDecided] = useState<ReadonlySet<number>>(new Set());
  const list = useQuery({ queryKey: keys.of('review'), queryFn: reviewApi.waiting });
  const listed = list.data?.transactions ?? [];
  const rows = listed.filter((row) => !decided.has(row.id));
  const { mutate, error } = useMutation({
    mutationFn: ({ row, decision }: { row: Transaction; decision: Decision }) => reviewApi.decide(row.id, decision),
    onError: (_, { row }) => setDecided((before) => new Set([...before].filter((id) => id !== row.id))),
    gcTime: 0, // thousands are made in an afternoon
  });
  // A row that has left the server's list needs no remembering.
  useEffect(() => setDecided((before) => {
    const kept = [...before].filter((id) => listed.some((row) => row.id === id));
    return kept.length === before.size ? before : new Set(kept);
  }), [list.data]);
  /** Of all, those that still wait. */
  const left = Math.max(rows.length, (list.data?.total ?? 0) - (listed.length - rows.length));
  // The next handful is asked for while the last rows of this one are looked at.
  const lacking = rows.length < HANDFUL / 4 && left > rows.length && !list.isFetching && !list.isError;
  useEffect(() => {
    if (lacking) void queryClient.invalidateQueries({ queryKey: keys.of('review') });
  }, [lacking, queryClient]);
  return {
    list,
    rows,
    left,
    error,
    decide: useCallback((row: Transaction, decision: Decision) => {
      setDecided((before) => new Set(before).add(row.id)); // at once: the next key is for the next row
      mutate({ row, decision });
    }, [mutate]),
  };
}
