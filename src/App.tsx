/** Providers and routes of the app; each page is a chunk of its own. */
import { QueryClientProvider } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { Navigate, Route, Routes } from 'react-router-dom';
import { newQueryClient } from './api/queryClient';
import { RouteBoundary } from './components/RouteBoundary';
import { LoadingState } from './components/StateView';
import { ROUTES } from './constants';
import { PAGES } from './routes';

/** How long the first page has the network for itself, in ms. */
const HEAD_START = 2_000;

export default function App() {
  const [client] = useState(newQueryClient);
  useOtherPages();
  return (
    <QueryClientProvider client={client}>
      <RouteBoundary>
        <Routes>
          {PAGES.map(({ path, Page }) => (
            <Route key={path} path={path} element={<Page waiting={<LoadingState lines={8} />} />} />
          ))}
          <Route path="*" element={<Navigate to={ROUTES.incidents} replace />} />
        </Routes>
      </RouteBoundary>
    </QueryClientProvider>
  );
}

/** The code of the other pages, one after another, so that none is waited for when somebody goes there. */
function useOtherPages(): void {
  useEffect(() => {
    let left = false;
    const timer = setTimeout(() => {
      void (async () => {
        for (const { Page } of PAGES) {
          if (left) {
            return;
          }
          // One that does not come is told when it is gone to.
          await Page.load().catch(() => undefined);
        }
      })();
    }, HEAD_START);
    return () => {
      left = true;
      clearTimeout(timer);
    };
  }, []);
}
