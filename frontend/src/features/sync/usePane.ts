import { useState } from 'react';

/** What every tab of the window gets. */
export type Pane = { onStarted: (taskId: string) => void };

/** Starts a task; what was typed stays when that fails. */
export function usePane({ onStarted }: Pane) {
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const start = async (begin: () => Promise<{ task_id: string }>) => {
    setBusy(true);
    setError(null);
    try {
      onStarted((await begin()).task_id);
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };
  return { error, busy, start };
}
