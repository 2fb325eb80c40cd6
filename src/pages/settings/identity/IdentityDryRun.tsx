/** Which alerts of the last days a rule would have taken for one. */
import { t } from '@grafana/i18n';
import { Alert, Stack } from '@grafana/ui';
import { type IdentityDryRunShape } from '../../../api/types.gen';
import { Moment } from '../../../components/Moment';
import { PlainTable } from '../../../components/PlainTable';

export function IdentityDryRun({ result }: { result: IdentityDryRunShape }) {
  const { alerts, episodes, groups, truncated } = result;
  return (
    <Stack direction="column" gap={1}>
      <Alert
        severity={truncated ? 'warning' : 'info'}
        topSpacing={2}
        title={t('identity-try.sum', '{{- alerts}} alerts would have been {{- episodes}}', { alerts, episodes })}
      >
        {truncated && t('identity-try.truncated', 'There were more alerts than are looked at; the newest were taken.')}
      </Alert>
      {groups.length > 0 && (
        <PlainTable
          label={t('identity-try.table', 'Alerts that would have been one')}
          head={[
            t('identity-try.alert', 'Alert'),
            t('identity-try.labels', 'What they share'),
            t('identity-try.count', 'Alerts'),
            t('identity-try.from', 'Started'),
          ]}
          rows={groups.map((group, i) => ({
            key: String(i),
            cells: [
              group.name,
              Object.entries(group.labels)
                .filter(([name]) => name !== 'alertname')
                .map(([name, value]) => `${name}=${value}`)
                .join(', '),
              group.alerts,
              <Moment key="from" at={group.startsAt} />,
            ],
          }))}
        />
      )}
    </Stack>
  );
}
