/** Declare a sender: where its JSON holds what an alert is made of. */
import { t } from '@grafana/i18n';
import { Field, Input, Switch, TextArea } from '@grafana/ui';
import { useState } from 'react';
import { useSaveIntegration } from '../../../api/integrations';
import { type IntegrationInput, type IntegrationShape } from '../../../api/types.gen';
import { problemAt } from '../../../components/FieldErrors';
import { pairsOf, pairsText, wordsOf } from '../../../lib/lines';
import { FormDrawer } from '../FormDrawer';

interface IntegrationDrawerProps {
  /** Null for a new one. */
  integration: IntegrationShape | null;
  onClose: () => void;
}

type PathField =
  | 'namePath'
  | 'alertsPath'
  | 'statusPath'
  | 'keyPath'
  | 'startsAtPath'
  | 'severityPath'
  | 'servicePath'
  | 'summaryPath';

const paths = (): Array<{ field: PathField; label: string; hint: string }> => [
  {
    field: 'alertsPath',
    label: t('mapping.alerts', 'List of alerts'),
    hint: t('mapping.alerts-hint', 'Empty: the whole body is one alert'),
  },
  { field: 'namePath', label: t('mapping.name', 'Name'), hint: t('mapping.name-hint', 'What the alert is called') },
  {
    field: 'keyPath',
    label: t('mapping.key', 'Key'),
    hint: t('mapping.key-hint', 'The same for each message about the same alert'),
  },
  { field: 'statusPath', label: t('mapping.status', 'State'), hint: t('mapping.status-hint', 'Firing or resolved') },
  { field: 'startsAtPath', label: t('mapping.starts', 'Start'), hint: t('mapping.starts-hint', 'RFC 3339 or seconds') },
  {
    field: 'severityPath',
    label: t('mapping.severity', 'Severity'),
    hint: t('mapping.severity-hint', 'critical, high, medium or low'),
  },
  {
    field: 'servicePath',
    label: t('mapping.service', 'Service'),
    hint: t('mapping.service-hint', 'What the alert is about'),
  },
  {
    field: 'summaryPath',
    label: t('mapping.summary', 'Summary'),
    hint: t('mapping.summary-hint', 'One line for people'),
  },
];

export function IntegrationDrawer({ integration, onClose }: IntegrationDrawerProps) {
  const save = useSaveIntegration();
  const [name, setName] = useState(integration?.name ?? '');
  const [draft, setDraft] = useState<IntegrationInput>(() => draftOf(integration));
  const [resolved, setResolved] = useState((draft.resolvedValues ?? []).join(', '));
  const [labels, setLabels] = useState(pairsText(draft.labels ?? {}));
  const [labelPaths, setLabelPaths] = useState(pairsText(draft.labelPaths ?? {}));
  const change = (part: Partial<IntegrationInput>) => setDraft((before) => ({ ...before, ...part }));

  const submit = () => {
    const body = {
      ...draft,
      resolvedValues: wordsOf(resolved),
      labels: pairsOf(labels),
      labelPaths: pairsOf(labelPaths),
      ...(integration && { version: integration.version }),
    };
    save.mutate({ name, body }, { onSuccess: onClose });
  };

  return (
    <FormDrawer
      title={integration ? integration.name : t('mapping.new', 'New sender')}
      subtitle={t('mapping.subtitle', 'Paths into its JSON, such as data.alerts.0.title')}
      onClose={onClose}
      error={save.error}
      ready={name !== ''}
      busy={save.isPending}
      onSubmit={submit}
    >
      <Field label={t('mapping.sender', 'Sender')} required {...problemAt(save.error, 'name')}>
        <Input value={name} disabled={integration !== null} onChange={(event) => setName(event.currentTarget.value)} />
      </Field>
      {paths().map(({ field, label, hint }) => (
        <Field key={field} label={label} description={hint} {...problemAt(save.error, field)}>
          <Input value={draft[field] ?? ''} onChange={(event) => change({ [field]: event.currentTarget.value })} />
        </Field>
      ))}
      <Field
        label={t('mapping.resolved', 'Values that mean resolved')}
        description={t('mapping.resolved-hint', 'Between commas')}
        {...problemAt(save.error, 'resolvedValues')}
      >
        <Input value={resolved} onChange={(event) => setResolved(event.currentTarget.value)} />
      </Field>
      <Field
        label={t('mapping.label-paths', 'Labels from the body')}
        description={t('mapping.label-paths-hint', 'label=path, one to a line')}
        {...problemAt(save.error, 'labelPaths')}
      >
        <TextArea rows={3} value={labelPaths} onChange={(event) => setLabelPaths(event.currentTarget.value)} />
      </Field>
      <Field
        label={t('mapping.labels', 'Labels that each alert gets')}
        description={t('mapping.labels-hint', 'label=value, one to a line')}
        {...problemAt(save.error, 'labels')}
      >
        <TextArea rows={3} value={labels} onChange={(event) => setLabels(event.currentTarget.value)} />
      </Field>
      <Field label={t('mapping.enabled', 'Takes alerts')}>
        <Switch value={draft.enabled ?? true} onChange={(event) => change({ enabled: event.currentTarget.checked })} />
      </Field>
    </FormDrawer>
  );
}

function draftOf(integration: IntegrationShape | null): IntegrationInput {
  if (!integration) {
    return { resolvedValues: ['resolved', 'ok'], enabled: true };
  }
  const { name: _name, address: _address, version: _version, ...draft } = integration;
  return draft;
}
