/** The editor of a dashboard variable: which list it holds. */
import { type DataSourceApi, type DataSourceJsonData, type QueryEditorProps } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Combobox, type ComboboxOption, Field } from '@grafana/ui';
import { type StudioQuery } from './query';
import { listOf, type VariableList, type VariableQuery } from './variableQuery';

type Props = QueryEditorProps<DataSourceApi<StudioQuery>, StudioQuery, DataSourceJsonData, VariableQuery>;

export function VariableEditor({ query, onChange }: Props) {
  return (
    <Field noMargin label={t('variable.list', 'List')} description={t('variable.help', 'What the variable offers')}>
      <Combobox
        aria-label={t('variable.list', 'List')}
        options={listOptions()}
        value={listOf(query)}
        width={40}
        onChange={({ value }) => onChange({ ...query, refId: query.refId || 'Variable', list: value })}
      />
    </Field>
  );
}

function listOptions(): Array<ComboboxOption<VariableList>> {
  return [
    { value: 'services', label: t('variable.services', 'Services') },
    { value: 'slos', label: t('variable.slos', 'SLOs (by id)') },
    { value: 'incidents', label: t('variable.incidents', 'Incidents of the last 30 days') },
    { value: 'teams', label: t('variable.teams', 'Teams that own services') },
    { value: 'windows', label: t('variable.windows', 'Windows of SLOs') },
    { value: 'severities', label: t('variable.severities', 'Severities of incidents') },
    { value: 'statuses', label: t('variable.statuses', 'Statuses of incidents') },
    { value: 'slo_statuses', label: t('variable.slo-statuses', 'Statuses of SLOs') },
  ];
}
