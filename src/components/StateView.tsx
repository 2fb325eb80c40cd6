/** The states that every view has besides its content: loading, failed, empty. */
import { t } from '@grafana/i18n';
import { Alert, Button, EmptyState, useTheme2 } from '@grafana/ui';
import { type ReactNode } from 'react';
import Skeleton from 'react-loading-skeleton';
import { ApiError } from '../api/client';

/** What a query knows; any TanStack query fits. */
export interface Asked<T> {
  data: T | undefined;
  error: Error | null;
  isPending: boolean;
  refetch: () => unknown;
}

interface StateViewProps<T> {
  query: Asked<T>;
  /** Whether there is nothing to show; the view then says what to do next. */
  isEmpty?: (data: T) => boolean;
  empty?: ReactNode;
  /** In place of grey lines while loading; keep its size near that of the content, so that nothing jumps. */
  loading?: ReactNode;
  children: (data: T) => ReactNode;
}

/** Content when there is any. An error beside older data shows both: old numbers are marked, not taken away. */
export function StateView<T>({ query, isEmpty, empty, loading, children }: StateViewProps<T>) {
  if (query.data === undefined) {
    return query.error ? (
      <FailedState error={query.error} retry={() => void query.refetch()} />
    ) : (
      <>{loading ?? <LoadingState />}</>
    );
  }
  return (
    <>
      {query.error && <FailedState error={query.error} retry={() => void query.refetch()} older />}
      {isEmpty?.(query.data)
        ? (empty ?? <NothingState message={t('state.nothing', 'Nothing here yet')} />)
        : children(query.data)}
    </>
  );
}

/** Grey lines where text will be. */
export function LoadingState({ lines = 5 }: { lines?: number }) {
  const { colors } = useTheme2();
  const base = colors.emphasize(colors.background.secondary);
  return (
    <div role="status" aria-live="polite" aria-label={t('state.loading', 'Loading')}>
      {/* The theme of Grafana's own skeletons does not reach this copy of the package. */}
      <Skeleton
        count={lines}
        height={28}
        style={{ marginBottom: 8 }}
        baseColor={base}
        highlightColor={colors.emphasize(colors.background.secondary, 0.04)}
      />
    </div>
  );
}

interface FailedStateProps {
  error: Error;
  retry?: () => void;
  /** Content from before is still shown below. */
  older?: boolean;
}

/** What could not be read, and a way to try again. */
export function FailedState({ error, retry, older = false }: FailedStateProps) {
  const title = older
    ? t('state.stale', 'Could not refresh; what you see is older')
    : t('state.failed', 'Could not load');
  return (
    <Alert
      severity={older ? 'warning' : 'error'}
      title={title}
      action={
        retry && (
          <Button variant="secondary" size="sm" icon="sync" onClick={retry}>
            {t('state.retry', 'Try again')}
          </Button>
        )
      }
    >
      <Problems error={error} />
    </Alert>
  );
}

interface RefusedStateProps {
  error: Error;
  /** What did not happen, where that is something else than saving. */
  title?: string;
}

/** What could not be done, why, and which fields stand in its way; what was typed is still there. */
export function RefusedState({ error, title }: RefusedStateProps) {
  return (
    <Alert severity="error" title={title ?? t('state.refused', 'Not saved')}>
      <Problems error={error} />
    </Alert>
  );
}

function Problems({ error }: { error: Error }) {
  const problems = error instanceof ApiError ? error.problems : [];
  return (
    <>
      {error.message}
      {problems.length > 1 && (
        <ul>
          {problems.map((each) => (
            <li key={each.path}>
              <code>{each.path}</code> {each.problem}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

interface NothingStateProps {
  message: string;
  /** What to do next. */
  children?: ReactNode;
  button?: ReactNode;
  /** The filters leave nothing, rather than there being nothing. */
  filtered?: boolean;
}

/** Nothing to show, and what to do about it. */
export function NothingState({ message, children, button, filtered = false }: NothingStateProps) {
  return (
    <EmptyState variant={filtered ? 'not-found' : 'call-to-action'} message={message} button={button} hideImage>
      {children}
    </EmptyState>
  );
}
