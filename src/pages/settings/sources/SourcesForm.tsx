/** Every source with its address, its secrets and a test; saved together. */
import { t } from '@grafana/i18n';
import { Button, Field, Input, SecretInput, Stack, Switch, Text } from '@grafana/ui';
import { useState } from 'react';
import { type PluginSettings, useHealth, useSaveSettings } from '../../../api/settings';
import { type Draft, draftOf, jsonDataOf, type SourceDraft, type SourceName, SOURCES } from './draft';
import { SettingsHealth } from './SettingsHealth';
import { SourceSection } from './SourceSection';

const EXAMPLES = { grafana: 'http://127.0.0.1:3000', database: 'postgresql://user:password@host/name' };

export function SourcesForm({ settings }: { settings: PluginSettings }) {
  const save = useSaveSettings();
  const health = useHealth();
  const [draft, setDraft] = useState<Draft>(() => draftOf(settings.jsonData));
  const [changed, setChanged] = useState(false);

  const change = (part: Partial<Draft>) => {
    setDraft((before) => ({ ...before, ...part }));
    setChanged(true);
  };
  const changeSource = (name: SourceName, part: Partial<SourceDraft>) =>
    change({ sources: { ...draft.sources, [name]: { ...draft.sources[name], ...part } } });
  const changeSecret = (key: string, value: string) => change({ secrets: { ...draft.secrets, [key]: value } });
  const secret = (key: string) => ({
    isConfigured: draft.secrets[key] === undefined && settings.secureJsonFields[key] === true,
    value: draft.secrets[key] ?? '',
    onChange: (event: { currentTarget: { value: string } }) => changeSecret(key, event.currentTarget.value),
    onReset: () => changeSecret(key, ''),
  });

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate({ jsonData: jsonDataOf(draft, settings.jsonData), secureJsonData: draft.secrets });
      }}
    >
      <Stack direction="column" gap={3}>
        <SettingsHealth health={health} />
        {SOURCES.map((name) => (
          <SourceSection
            key={name}
            name={name}
            draft={draft.sources[name]}
            onChange={(part) => changeSource(name, part)}
            secret={secret}
            known={health.data !== undefined}
            found={health.data?.dependencies.find((each) => each.name === name)}
            testing={health.isFetching}
            onTest={changed ? null : () => void health.refetch()}
          />
        ))}
        <section aria-labelledby="grafana-itself">
          <Text element="h3" variant="h4" id="grafana-itself">
            {t('sources.grafana', 'Grafana itself')}
          </Text>
          <Field
            label={t('sources.grafana-url', 'Address')}
            description={t(
              'sources.grafana-url-hint',
              'As the backend reaches it; empty: the address that Grafana names'
            )}
          >
            <Input
              width={60}
              value={draft.grafanaUrl}
              placeholder={EXAMPLES.grafana}
              onChange={(event) => change({ grafanaUrl: event.currentTarget.value })}
            />
          </Field>
          <Field
            label={t('sources.grafana-token', 'Token of a service account')}
            description={t('sources.grafana-token-hint', 'Needed to reach sources through Grafana’s data sources')}
          >
            <SecretInput width={60} {...secret('grafanaToken')} />
          </Field>
        </section>
        <section aria-labelledby="alert-settings">
          <Text element="h3" variant="h4" id="alert-settings">
            {t('sources.alerts', 'Alerts')}
          </Text>
          <Field
            label={t('sources.poll', 'Ask Prometheus for its alerts')}
            description={t(
              'sources.poll-hint',
              'Only where they do not come through Alertmanager: they would be there twice'
            )}
          >
            <Switch
              value={draft.pollPrometheus}
              onChange={(event) => change({ pollPrometheus: event.currentTarget.checked })}
            />
          </Field>
          <Field
            label={t('sources.detector', 'Watch services without alert rules')}
            description={t(
              'sources.detector-hint',
              'Off by default: what it finds are candidates in the list of alerts. It opens no incident and tells nobody.'
            )}
          >
            <Switch value={draft.detector} onChange={(event) => change({ detector: event.currentTarget.checked })} />
          </Field>
          <Field label={t('sources.hmac', 'HMAC secret of Grafana’s contact point')}>
            <SecretInput width={60} {...secret('grafanaWebhookSecret')} />
          </Field>
        </section>
        <section aria-labelledby="database">
          <Text element="h3" variant="h4" id="database">
            {t('sources.database', 'Database')}
          </Text>
          <Field
            label={t('sources.database-url', 'PostgreSQL address')}
            description={t(
              'sources.database-hint',
              'Empty: an SQLite file in the data folder. Moving data is a command of its own.'
            )}
          >
            <SecretInput width={60} placeholder={EXAMPLES.database} {...secret('databaseUrl')} />
          </Field>
        </section>
        <div>
          <Button type="submit" disabled={!changed || save.isPending} icon={save.isPending ? 'spinner' : 'save'}>
            {t('sources.save', 'Save')}
          </Button>
        </div>
      </Stack>
    </form>
  );
}
