/** The post-incident report, and an incident as a file. */
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { call, read, readText, segment } from './client';
import { type ReportInput } from './types.gen';

const key = (number: string) => ['incidents', 'report', number] as const;

export function reportQuery(number: string) {
  return queryOptions({
    queryKey: key(number),
    queryFn: ({ signal }) => read(`incidents/${segment(number)}/report`, { signal }),
  });
}

export function useWriteReport(number: string) {
  const client = useQueryClient();
  return useMutation({
    meta: { quiet: true },
    mutationFn: (input: ReportInput) => call('PUT', `incidents/${segment(number)}/report`, { body: input }),
    onSuccess: (report) => client.setQueryData(key(number), report),
  });
}

export type ExportForm = 'md' | 'json' | 'csv';

export type Audience = 'internal' | 'public';

/** An incident as text; CSV holds its timeline. For the public it is how it stands, with its public comments. */
export function exportIncident(number: string, format: ExportForm, audience: Audience): Promise<string> {
  return readText(`incidents/${segment(number)}/export`, { params: { format, audience } });
}
