import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import type { Transaction } from '../../api/types';
import { keys } from '../../realtime/keys';
import { HANDFUL, reviewApi, type Decision } from './api';

/** The rows that wait for a person. What was decided leaves the list at once, and comes back when the server refuses. */
export function useReview() {
  const queryClient = useQueryClient();
  const [decided, setDecided] = useState<ReadonlySet<number>>(new Set());
  const list = useQuery({ queryKey: keys.of('review'), queryFn: reviewApi.waiting });
  const rows = (list.data?.transactions ?? []).filter((row) => !decided.has(row.id));
  const decide = useMutation({
    mutationFn: ({ row, decision }: { row: Transaction; decision: Decision }) => reviewApi.decide(row.id, decision),
    onMutate: ({ row }) => setDecided((before) => new Set(before).add(row.id)),
    onError: (_, { row }) => setDecided((before) => new Set([...before].filter((id) => id !== row.id))),
    // The next handful is asked for while the last rows of this one are looked at.
    onSuccess: () => {
      if (rows.length < HANDFUL / 4) void queryClient.invalidateQueries({ queryKey: keys.of('review') });
    },
  });
  const { mutate } = decide;
  return {
    list,
    rows,
    /** Of all, those that still wait. */
    left: Math.max(rows.length, (list.data?.total ?? 0) - (list.data?.transactions.filter((row) => decided.has(row.id)).length ?? 0)),
    error: decide.error,
    decide: useCallback((row: Transaction, decision: Decision) => mutate({ row, decision }), [mutate]),
  };
}
