/** What stands around each page: grey lines while its code loads, and its failure in place of a blank page. */
import { t } from '@grafana/i18n';
import { ErrorBoundary } from '@grafana/ui';
import { type ReactNode, Suspense } from 'react';
import { useLocation } from 'react-router-dom';
import { logger } from '../lib/logger';
import { FailedState, LoadingState } from './StateView';

export function RouteBoundary({ children }: { children: ReactNode }) {
  const { pathname } = useLocation();
  return (
    <ErrorBoundary dependencies={[pathname]} errorLogger={(error) => logger.logError(error, { pathname })}>
      {({ error }) =>
        error ? (
          <FailedState
            error={new Error(t('boundary.broken', 'This page broke: {{- reason}}', { reason: error.message }))}
          />
        ) : (
          <Suspense fallback={<LoadingState lines={8} />}>{children}</Suspense>
        )
      }
    </ErrorBoundary>
  );
}
