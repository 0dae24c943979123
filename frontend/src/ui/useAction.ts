import { useQueryClient, type QueryKey } from '@tanstack/react-query';
import { App } from 'antd';
import { useState } from 'react';
import { showProblem } from './showProblem';

/** Does something to the server: which one is under way (`busy`), refusals in words, and what is to be asked for again. */
export function useAction(...stale: QueryKey[]) {
  const queryClient = useQueryClient();
  const { notification } = App.useApp();
  const [busy, setBusy] = useState<string | null>(null);
  const run = async (what: string, action: () => Promise<unknown>): Promise<boolean> => {
    setBusy(what);
    try {
      await action();
      return true;
    } catch (failure) {
      showProblem(notification, failure);
      return false;
    } finally {
      setBusy(null);
      for (const queryKey of stale) void queryClient.invalidateQueries({ queryKey });
    }
  };
  return { busy, run };
}
