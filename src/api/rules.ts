/** Rules: which alerts become incidents, and how they are grouped. */
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { t } from '@grafana/i18n';
import { call, read, segment } from './client';
import { type DryRunInput, type RuleInput } from './types.gen';

export const ruleQueries = {
  all: () =>
    queryOptions({
      queryKey: ['rules'],
      queryFn: async ({ signal }) => (await read('rules', { signal })).items,
    }),
};

export function useRules() {
  return useQuery(ruleQueries.all());
}

/** Add a rule, or replace the one with this id. */
export function useSaveRule() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, rule }: { id?: string; rule: RuleInput }) =>
      id ? call('PATCH', `rules/${segment(id)}`, { body: rule }) : call('POST', 'rules', { body: rule }),
    meta: { done: t('rules.saved', 'The rule is saved'), quiet: true },
    onSettled: () => client.invalidateQueries({ queryKey: ruleQueries.all().queryKey }),
  });
}

export function useDeleteRule() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => call('DELETE', `rules/${segment(id)}`),
    meta: { done: t('rules.deleted', 'The rule is deleted') },
    onSettled: () => client.invalidateQueries({ queryKey: ruleQueries.all().queryKey }),
  });
}

/** What a rule would have done with the alerts of the last days; nothing is changed. */
export function useDryRun() {
  return useMutation({
    mutationFn: (body: DryRunInput) => call('POST', 'rules/dry-run', { body }),
    meta: { quiet: true },
  });
}
