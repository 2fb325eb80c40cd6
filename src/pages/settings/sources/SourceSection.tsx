/** One source: how it is reached, with which secrets, and whether it answers. */
import { t } from '@grafana/i18n';
import { Badge, Button, Field, Input, RadioButtonGroup, SecretInput, Stack, Text, TextArea } from '@grafana/ui';
import { type ComponentProps } from 'react';
import { type Dependency } from '../../../api/settings';
import { Disclosure } from '../../../components/Disclosure';
import { DataSourceField } from './DataSourceField';
import { type Resolution, type SourceDraft, type SourceName, type Way } from './draft';

type Secret = Pick<ComponentProps<typeof SecretInput>, 'isConfigured' | 'value' | 'onChange' | 'onReset'>;

interface SourceSectionProps {
  name: SourceName;
  draft: SourceDraft;
  onChange: (part: Partial<SourceDraft>) => void;
  secret: (key: string) => Secret;
  /** Whether anything was tested yet. */
  known: boolean;
  /** What the last test showed. */
  found: Dependency | undefined;
  testing: boolean;
  /** Null while there are changes that are not saved: what is tested is what is saved. */
  onTest: (() => void) | null;
}

const TITLES: Record<SourceName, string> = {
  prometheus: 'Prometheus',
  alertmanager: 'Alertmanager',
  loki: 'Loki',
  tempo: 'Tempo',
  kubernetes: 'Kubernetes',
};

const PLACEHOLDERS: Record<SourceName, string> = {
  prometheus: 'http://prometheus:9090',
  alertmanager: 'http://alertmanager:9093',
  loki: 'http://loki:3100',
  tempo: 'http://tempo:3200',
  kubernetes: 'https://kubernetes.default.svc',
};

export function SourceSection(props: SourceSectionProps) {
  const { name, draft, onChange, secret, known, found, testing, onTest } = props;
  const id = `source-${name}`;
  return (
    <section aria-labelledby={id}>
      <Stack direction="column" gap={1}>
        <Stack alignItems="center">
          <Text element="h3" variant="h4" id={id}>
            {TITLES[name]}
          </Text>
          {known && <Outcome found={found} />}
        </Stack>
        <div>
          <RadioButtonGroup<Way>
            value={draft.way}
            aria-label={t('source.way', 'How {{- source}} is reached', { source: TITLES[name] })}
            onChange={(way) => onChange({ way })}
            options={[
              { value: 'off', label: t('source.off', 'Not used') },
              { value: 'url', label: t('source.by-url', 'By address') },
              ...(name === 'kubernetes'
                ? []
                : [
                    {
                      value: 'datasource' as const,
                      label: t('source.by-datasource', 'Through a data source of Grafana'),
                    },
                  ]),
            ]}
          />
        </div>
        {draft.way === 'url' && <Direct name={name} draft={draft} onChange={onChange} secret={secret} />}
        {draft.way === 'datasource' && (
          <DataSourceField
            type={name}
            uid={draft.datasourceUid}
            onChange={(datasourceUid) => onChange({ datasourceUid })}
          />
        )}
        {draft.way !== 'off' && name === 'prometheus' && <Resolutions draft={draft} onChange={onChange} />}
        {draft.way !== 'off' && (
          <Stack alignItems="center">
            <Button
              type="button"
              size="sm"
              variant="secondary"
              icon={testing ? 'spinner' : 'heart-rate'}
              disabled={onTest === null || testing}
              onClick={() => onTest?.()}
            >
              {t('source.test', 'Test {{- source}}', { source: TITLES[name] })}
            </Button>
            <Text color="secondary" variant="bodySmall">
              {onTest === null
                ? t('source.save-first', 'Save first: what is saved is what is tested')
                : (found?.message ?? '')}
            </Text>
          </Stack>
        )}
      </Stack>
    </section>
  );
}

function Direct({ name, draft, onChange, secret }: Pick<SourceSectionProps, 'name' | 'draft' | 'onChange' | 'secret'>) {
  return (
    <div>
      <Field label={t('source.url', 'Address')} noMargin>
        <Input
          width={60}
          type="url"
          value={draft.url}
          placeholder={PLACEHOLDERS[name]}
          onChange={(event) => onChange({ url: event.currentTarget.value })}
        />
      </Field>
      <Disclosure label={t('source.more', 'Credentials, headers, certificate, time limit')}>
        <Field label={t('source.token', 'Bearer token')}>
          <SecretInput width={60} {...secret(`${name}Token`)} />
        </Field>
        <Field label={t('source.username', 'User name (basic authentication)')}>
          <Input
            width={60}
            value={draft.username}
            autoComplete="off"
            onChange={(event) => onChange({ username: event.currentTarget.value })}
          />
        </Field>
        <Field label={t('source.password', 'Password')}>
          <SecretInput width={60} {...secret(`${name}Password`)} />
        </Field>
        <Field
          label={t('source.headers', 'Extra headers')}
          description={t('source.headers-hint', 'name=value, one to a line; for example X-Scope-OrgID=shop')}
        >
          <TextArea
            rows={2}
            cols={60}
            value={draft.headers}
            onChange={(event) => onChange({ headers: event.currentTarget.value })}
          />
        </Field>
        <Field
          label={t('source.ca', 'Authority to trust')}
          description={t('source.ca-hint', 'PEM text, in place of the system’s')}
        >
          <TextArea
            rows={3}
            cols={60}
            value={draft.caCertificate}
            onChange={(event) => onChange({ caCertificate: event.currentTarget.value })}
          />
        </Field>
        <Field
          label={t('source.timeout', 'Time limit in seconds')}
          description={t('source.timeout-hint', '0.5 to 120; 10 when empty')}
        >
          <Input
            width={20}
            type="number"
            min={0.5}
            max={120}
            step="any"
            value={draft.timeoutSeconds}
            onChange={(event) => onChange({ timeoutSeconds: event.currentTarget.value })}
          />
        </Field>
      </Disclosure>
    </div>
  );
}

/** What only Thanos asks for: from which samples answers may be made. */
function Resolutions({ draft, onChange }: Pick<SourceSectionProps, 'draft' | 'onChange'>) {
  const options: Array<{ value: Resolution; label: string }> = [
    { value: 'raw', label: t('source.raw', 'Raw') },
    { value: '5m', label: t('source.resolution-5m', 'Up to 5 min') },
    { value: '1h', label: t('source.resolution-1h', 'Up to 1 h') },
  ];
  return (
    <Field
      noMargin
      label={t('source.resolution', 'Samples (Thanos)')}
      description={t(
        'source.resolution-hint',
        'SLOs are exact from raw samples; allow downsampled ones where raw blocks are kept for too short a time.'
      )}
    >
      <RadioButtonGroup
        options={options}
        value={draft.resolution}
        onChange={(resolution) => onChange({ resolution })}
      />
    </Field>
  );
}

function Outcome({ found }: { found: Dependency | undefined }) {
  switch (found?.state) {
    case 'ok':
      return (
        <Badge color="green" icon="check" text={t('source.ok', 'answers in {{- ms}} ms', { ms: found.latencyMs })} />
      );
    case 'failed':
      return <Badge color="red" icon="exclamation-triangle" text={t('source.failed', 'does not answer')} />;
    default:
      return <Badge color="darkgrey" text={t('source.not-configured', 'not configured')} />;
  }
}
