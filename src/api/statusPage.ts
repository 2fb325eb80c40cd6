/** The status page: how services stand and stood, and what readers outside may know of it. */
import { t } from '@grafana/i18n';
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { call, read, readText } from './client';
import { useAnewOnNotices } from './incidentNotices';
import { type Audience, type StatusPageInput } from './types.gen';

const KEY = ['status-page'] as const;

/** @param zone whose days are shown, an IANA name. */
export function statusPageQuery(audience: Audience, zone: string) {
  return queryOptions({
    queryKey: [...KEY, 'page', audience, zone],
    queryFn: ({ signal }) => read('status-page', { params: { audience, zone }, signal }),
  });
}

export function statusPageSetupQuery() {
  return queryOptions({
    queryKey: [...KEY, 'setup'],
    queryFn: ({ signal }) => read('status-page/setup', { signal }),
  });
}

/** Any incident may change it. */
export function useStatusPageNotices(): void {
  useAnewOnNotices(KEY);
}

export function useSaveStatusPage() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: StatusPageInput) => call('PUT', 'status-page/setup', { body }),
    meta: { done: t('status-page.saved', 'The status page is saved'), quiet: true },
    onSettled: () => client.invalidateQueries({ queryKey: KEY }),
  });
}

/** Take the page for readers outside along. */
export function useStatusPageFile() {
  return useMutation({
    mutationFn: ({ format, zone }: { format: 'html' | 'json'; zone: string }) =>
      readText('status-page/export', { params: { format, zone } }),
  });
}
