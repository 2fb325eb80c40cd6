/** How a service stands, with every part that takes points away. */
import { t } from '@grafana/i18n';
import { Stack, Text } from '@grafana/ui';
import { type ServiceShape } from '../../api/types.gen';
import { HealthBadge } from '../../components/HealthBadge';
import { PlainTable } from '../../components/PlainTable';
import { healthOf } from './health';
import { Section } from '../../components/Section';

export function ServiceHealth({ service }: { service: ServiceShape }) {
  const title = t('service.health', 'Health');
  return (
    <Section title={title}>
      <Stack gap={1} alignItems="center">
        <HealthBadge health={healthOf(service)} />
        <Text>{t('service.score', '{{- score}} of 100 points', { score: service.score })}</Text>
      </Stack>
      {service.scoreParts.length === 0 ? (
        <Text color="secondary">{t('service.nothing-wrong', 'Nothing takes points away.')}</Text>
      ) : (
        <PlainTable
          label={t('service.parts', 'What takes points away')}
          head={[t('service.points', 'Points'), t('service.why', 'Because')]}
          rows={service.scoreParts.map((part) => ({
            key: `${part.kind}/${part.name}`,
            cells: [part.points, part.text],
          }))}
        />
      )}
    </Section>
  );
}
