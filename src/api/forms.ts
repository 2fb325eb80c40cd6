/** What incidents are made of: custom fields and templates. */
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { t } from '@grafana/i18n';
import { call, read, segment } from './client';
import { type FieldInput, type TemplateInput } from './types.gen';

/** People define them seldom. */
const FRESH = 5 * 60_000;

export const formQueries = {
  fields: () =>
    queryOptions({
      queryKey: ['fields'],
      queryFn: async ({ signal }) => (await read('fields', { signal })).items,
      staleTime: FRESH,
    }),
  templates: () =>
    queryOptions({
      queryKey: ['templates'],
      queryFn: async ({ signal }) => (await read('templates', { signal })).items,
      staleTime: FRESH,
    }),
};

/** All custom fields in their order, also those that are switched off. */
export function useFields() {
  return useQuery(formQueries.fields());
}

export function useTemplates() {
  return useQuery(formQueries.templates());
}

export function useSaveField() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ key, body }: { key: string; body: FieldInput }) => call('PUT', `fields/${segment(key)}`, { body }),
    meta: { done: t('fields.saved', 'The field is saved'), quiet: true },
    onSettled: () => client.invalidateQueries({ queryKey: formQueries.fields().queryKey }),
  });
}

export function useDeleteField() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (key: string) => call('DELETE', `fields/${segment(key)}`),
    meta: { done: t('fields.deleted', 'The field is deleted; values that incidents hold stay') },
    onSettled: () => client.invalidateQueries({ queryKey: formQueries.fields().queryKey }),
  });
}

export function useSaveTemplate() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ key, body }: { key: string; body: TemplateInput }) =>
      call('PUT', `templates/${segment(key)}`, { body }),
    meta: { done: t('templates.saved', 'The template is saved'), quiet: true },
    onSettled: () => client.invalidateQueries({ queryKey: formQueries.templates().queryKey }),
  });
}

export function useDeleteTemplate() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (key: string) => call('DELETE', `templates/${segment(key)}`),
    meta: { done: t('templates.deleted', 'The template is deleted') },
    onSettled: () => client.invalidateQueries({ queryKey: formQueries.templates().queryKey }),
  });
}
