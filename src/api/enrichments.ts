/** Questions that rules have asked when an alert comes in: the rules, a try-out, and the answers. */
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { t } from '@grafana/i18n';
import { call, read, segment } from './client';
import { useAnewOnNotices } from './incidentNotices';
import { type EnrichmentInput, type EnrichmentShape, type EnrichmentTrialInput } from './types.gen';

/** How often an answer that is still due is looked for; of an alert without an incident nobody tells that it came. */
const DUE_MS = 30_000;

export const enrichmentQueries = {
  all: () =>
    queryOptions({
      queryKey: ['enrichment-rules'],
      queryFn: async ({ signal }) => (await read('enrichment-rules', { signal })).items,
    }),
  ofAlert: (alert: number) =>
    queryOptions({
      queryKey: ['alerts', alert, 'questions'],
      queryFn: async ({ signal }) => (await read(`alerts/${segment(alert)}/questions`, { signal })).items,
      refetchInterval: ({ state }) => (state.data?.some((each) => each.reading.state === 'due') ? DUE_MS : false),
    }),
};

export function useEnrichmentRules() {
  return useQuery(enrichmentQueries.all());
}

/** What was asked about an alert; looked at again when its incident's timeline has it, and while something is due. */
export function useAlertQuestions(alert: number) {
  useAnewOnNotices(enrichmentQueries.ofAlert(alert).queryKey);
  return useQuery(enrichmentQueries.ofAlert(alert));
}

/** Write a rule, or replace the one with this id. */
export function useSaveEnrichment() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, rule }: { id?: string; rule: EnrichmentInput }) =>
      id
        ? call('PATCH', `enrichment-rules/${segment(id)}`, { body: rule })
        : call('POST', 'enrichment-rules', { body: rule }),
    meta: { done: t('questions.saved', 'The question is saved'), quiet: true },
    onSettled: () => client.invalidateQueries({ queryKey: enrichmentQueries.all().queryKey }),
  });
}

export function useDeleteEnrichment() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => call('DELETE', `enrichment-rules/${segment(id)}`),
    meta: { done: t('questions.deleted', 'The question is deleted') },
    onSettled: () => client.invalidateQueries({ queryKey: enrichmentQueries.all().queryKey }),
  });
}

/** Ask a rule's question now, for labels as an alert might have them; nothing is kept. */
export function useTryEnrichment() {
  return useMutation({
    mutationFn: (body: EnrichmentTrialInput) => call('POST', 'enrichment-rules/try', { body }),
    meta: { quiet: true },
  });
}

/** What is sent to change a rule: all of it, over the version that was seen. */
export function enrichmentInputOf(rule: EnrichmentShape): EnrichmentInput & { version: number } {
  const { id: _id, updatedAt: _at, updatedBy: _by, ...input } = rule;
  return input;
}
