/** Server state: how long it is fresh, when it is asked for again, and who tells about failures. */
import { AppEvents } from '@grafana/data';
import { getAppEvents } from '@grafana/runtime';
import { MutationCache, QueryClient, type QueryFilters } from '@tanstack/react-query';
import { apiError, type ApiError } from './client';

/** Live notices tell of changes, so nothing needs to be asked for more often than this. */
export const FALLBACK_INTERVAL = 30_000;

declare module '@tanstack/react-query' {
  interface Register {
    defaultError: ApiError;
    mutationMeta: {
      /** What to tell when it went well. */
      done?: string;
      /** The caller shows the failure itself (a form, a dialog). */
      quiet?: boolean;
    };
  }
}

function toast(type: typeof AppEvents.alertError, title: string, text?: string): void {
  getAppEvents().publish({ type: type.name, payload: [title, text] });
}

/** A client for one visit of the app; tests make their own. */
export function newQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        gcTime: 5 * 60_000,
        refetchOnWindowFocus: true,
        retry: (failures, error) => failures < 2 && apiError(error).retryable,
      },
      mutations: { retry: false },
    },
    mutationCache: new MutationCache({
      onError: (error, _variables, _result, mutation) => {
        if (!mutation.meta?.quiet) {
          toast(AppEvents.alertError, apiError(error).message);
        }
      },
      onSuccess: (_data, _variables, _result, mutation) => {
        if (mutation.meta?.done) {
          toast(AppEvents.alertSuccess, mutation.meta.done);
        }
      },
    }),
  });
}

/**
 * Ask again. What is on its way is not taken back: it is shown, and asked for once more, as it may be older than
 * the change. A page that opens is told that the channel is there while its first answers are still to come.
 */
export async function askAgain(client: QueryClient, filters: QueryFilters): Promise<void> {
  const early = client.getQueryCache().findAll({ ...filters, fetchStatus: 'fetching' });
  await client.invalidateQueries(filters, { cancelRefetch: false });
  if (early.length > 0) {
    await client.invalidateQueries({ predicate: (query) => early.includes(query) }, { cancelRefetch: false });
  }
}
