/** By which template post-incident reports are made. */
import { t } from '@grafana/i18n';
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { call, read } from './client';
import { type ReportTemplateInput, type ReportTrialInput } from './types.gen';

const KEY = ['report-template'] as const;

export function reportTemplateQuery() {
  return queryOptions({
    queryKey: KEY,
    queryFn: ({ signal }) => read('report-template', { signal }),
  });
}

export function useSaveReportTemplate() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: ReportTemplateInput) => call('PUT', 'report-template', { body }),
    meta: { done: t('report-template.saved', 'Reports are made by this template now'), quiet: true },
    onSettled: () => client.invalidateQueries({ queryKey: KEY }),
  });
}

/** What a template would make of an incident; nothing is kept. */
export function useTryReportTemplate() {
  return useMutation({
    mutationFn: (body: ReportTrialInput) => call('POST', 'report-template/trial', { body }),
    meta: { quiet: true },
  });
}
