import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { BrowserRouter } from 'react-router-dom';
import { ApiError } from './api/client';
import { App } from './app/App';
import { ErrorBoundary } from './app/ErrorBoundary';
import './app/page.css';
import { Theme } from './app/Theme';
import { keys } from './realtime/keys';

const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({
    // A session that died is noticed by whichever call comes first.
    onError: (error, query) => {
      if (error instanceof ApiError && error.problem.status === 401 && query.queryKey[0] !== keys.me[0]) void queryClient.invalidateQueries({ queryKey: keys.me });
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      networkMode: 'always', // the server may be on this very machine
      retry: (failures, error) => failures < 1 && !(error instanceof ApiError && error.problem.status >= 400 && error.problem.status < 500),
    },
    mutations: { networkMode: 'always' },
  },
});

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <Theme>
        <ErrorBoundary>
          <BrowserRouter future={{ v7_startTransition: true, v7_relativeSplatPath: true }}>
            <App />
          </BrowserRouter>
        </ErrorBoundary>
      </Theme>
    </QueryClientProvider>
  </StrictMode>,
);
