/** Rules about which alerts are one, and the alerts that make an episode. */
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { t } from '@grafana/i18n';
import { call, read, segment } from './client';
import { type IdentityDryRunInput, type IdentityRuleInput, type IdentityRuleShape } from './types.gen';

export const identityQueries = {
  all: () =>
    queryOptions({
      queryKey: ['identity-rules'],
      queryFn: async ({ signal }) => (await read('identity-rules', { signal })).items,
    }),
  members: (alert: number) =>
    queryOptions({
      queryKey: ['alerts', alert, 'members'],
      queryFn: async ({ signal }) => (await read(`alerts/${segment(alert)}/members`, { signal })).items,
    }),
};

export function useIdentityRules() {
  return useQuery(identityQueries.all());
}

/** The alerts that a rule took for this one. */
export function useAlertMembers(alert: number) {
  return useQuery(identityQueries.members(alert));
}

/** Write a rule, or replace the one with this id. */
export function useSaveIdentityRule() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, rule }: { id?: string; rule: IdentityRuleInput }) =>
      id
        ? call('PATCH', `identity-rules/${segment(id)}`, { body: rule })
        : call('POST', 'identity-rules', { body: rule }),
    meta: { done: t('identity.saved', 'The rule is saved'), quiet: true },
    onSettled: () => client.invalidateQueries({ queryKey: identityQueries.all().queryKey }),
  });
}

export function useDeleteIdentityRule() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => call('DELETE', `identity-rules/${segment(id)}`),
    meta: { done: t('identity.deleted', 'The rule is deleted') },
    onSettled: () => client.invalidateQueries({ queryKey: identityQueries.all().queryKey }),
  });
}

/** Which alerts of the last days would have been one; nothing is changed. */
export function useIdentityDryRun() {
  return useMutation({
    mutationFn: (body: IdentityDryRunInput) => call('POST', 'identity-rules/dry-run', { body }),
    meta: { quiet: true },
  });
}

/** What is sent to change a rule: all of it, over the version that was seen. */
export function ruleInputOf(rule: IdentityRuleShape): IdentityRuleInput & { version: number } {
  const { id: _id, updatedAt: _at, updatedBy: _by, ...input } = rule;
  return input;
}
