/** The editor of a query: its type, the fields of that type, and what stands in the way of an answer. */
import { CoreApp, type DataSourceJsonData, type QueryEditorProps } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Alert, Button, Stack } from '@grafana/ui';
import { useMemo } from 'react';
import { type Choice, choicesOf, type Stored } from '../choices';
import type { DataSource } from '../DataSource';
import { typeOptions } from '../labels';
import { asNumeric, isNumeric, type StudioQuery } from '../query';
import { defaultQuery, queryOf } from '../stored';
import { OneField } from './fields';
import { type Lists } from './filters';
import { TypeFields } from './TypeFields';

type Props = QueryEditorProps<DataSource, StudioQuery, DataSourceJsonData>;

export function QueryEditor({ app, datasource, query: stored, onChange, onRunQuery }: Props) {
  const lists = useLists(datasource);
  const query = queryOf(stored);
  const change = (next: StudioQuery) => {
    onChange(next);
    onRunQuery();
  };
  if (query === null) {
    return (
      <UnknownType named={String(stored.queryType)} onReplace={() => change(defaultQuery('slo_status', stored))} />
    );
  }
  const alerting = app === CoreApp.UnifiedAlerting || app === CoreApp.CloudAlerting;
  return (
    <Stack direction="column" gap={0.5}>
      <Stack wrap="wrap" gap={0.5}>
        <OneField
          label={t('query.type', 'Query')}
          value={query.queryType}
          options={typeOptions()}
          onChange={(queryType) => change(defaultQuery(queryType, query))}
        />
        <TypeFields query={query} lists={lists} onChange={change} />
      </Stack>
      {alerting && !isNumeric(query) && <NotForAlerts query={query} onChange={change} />}
    </Stack>
  );
}

/** Milliseconds that a list is kept, so that typing asks once and not for every letter. */
const KEPT_MS = 15_000;

/** Lists for the fields, filtered by what was typed; a list that cannot be had is empty, typing still works. */
function useLists(datasource: DataSource): Lists {
  return useMemo(() => {
    const held = new Map<Stored, { at: number; choices: Promise<Choice[]> }>();
    const choicesNow = (list: Stored) => {
      const known = held.get(list);
      if (known && Date.now() - known.at < KEPT_MS) {
        return known.choices;
      }
      const choices = choicesOf(datasource, list).catch(() => []);
      held.set(list, { at: Date.now(), choices });
      return choices;
    };
    return (list) => async (typed) => {
      const choices = await choicesNow(list);
      const wanted = typed.toLowerCase();
      return choices
        .map(({ text, value }) => ({ value, label: text }))
        .filter(({ value, label }) => `${value} ${label}`.toLowerCase().includes(wanted));
    };
  }, [datasource]);
}

function NotForAlerts({ query, onChange }: { query: StudioQuery; onChange: (query: StudioQuery) => void }) {
  const numeric = asNumeric(query);
  return (
    <Alert
      severity="warning"
      title={t('query.alerting.title', 'Alert rules need numbers')}
      action={
        numeric && (
          <Button variant="secondary" size="sm" onClick={() => onChange(numeric)}>
            {t('query.alerting.use', 'Use numbers')}
          </Button>
        )
      }
    >
      {numeric
        ? t('query.alerting.form', 'This query answers with rows. Its numeric form can be compared with a threshold.')
        : t(
            'query.alerting.none',
            'This query has no numeric form. Choose SLO status, SLO history, burn-rate alerts, incidents, mean times or services.'
          )}
    </Alert>
  );
}

function UnknownType({ named, onReplace }: { named: string; onReplace: () => void }) {
  return (
    <Alert
      severity="warning"
      title={t('query.unknown.title', 'This version does not know the query “{{- named}}”', {
        named,
      })}
      action={
        <Button variant="secondary" size="sm" onClick={onReplace}>
          {t('query.unknown.replace', 'Replace it')}
        </Button>
      }
    >
      {t('query.unknown.text', 'A later version of Reliability Studio may have written it. It is kept as it is.')}
    </Alert>
  );
}
