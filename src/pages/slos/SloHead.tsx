/** What the SLO says and who answers for it. */
import { t } from '@grafana/i18n';
import { Badge, Stack, Text, TextLink } from '@grafana/ui';
import { type SloShape } from '../../api/types.gen';
import { ServiceLink } from '../../components/ServiceLink';
import { SloStatusBadge } from '../../components/SloStatusBadge';
import { webUrl } from '../../lib/links';
import { objectivesOf, promiseText } from './objective';
import { indicatorText } from './words';

export function SloHead({ slo }: { slo: SloShape }) {
  const runbook = webUrl(slo.runbookUrl);
  const firing = objectivesOf(slo).filter((each) => each.firing !== '');
  const labels = Object.entries(slo.labels).map(([name, value]) => `${name}=${value}`);
  return (
    <Stack direction="column" gap={1}>
      <Stack gap={1} alignItems="center" wrap="wrap">
        <SloStatusBadge status={slo.status.status} />
        {firing.map((each) => (
          <Badge
            key={each.number}
            color="red"
            icon="bell"
            text={
              each.number === 0
                ? t('slo.firing', 'Alert: {{- name}}', { name: each.firing })
                : t('slo.firing-further', 'Alert: {{- name}} ({{- objective}})', {
                    name: each.firing,
                    objective: promiseText(each),
                  })
            }
          />
        ))}
        <Text weight="medium">
          {t('slo.sentence', '{{- objective}}% {{- what}}, {{- window}}', {
            objective: slo.objective,
            what: indicatorText(slo.indicator),
            window: slo.windowText,
          })}
        </Text>
      </Stack>
      <Text color="secondary">{slo.status.text}</Text>
      {slo.description && <Text>{slo.description}</Text>}
      <Stack gap={2} alignItems="center" wrap="wrap">
        <span>
          {t('slo.service', 'Service:')} <ServiceLink name={slo.service} />
        </span>
        {slo.owner && <span>{t('slo.owner', 'Owner: {{- owner}}', { owner: slo.owner })}</span>}
        {slo.editors.length > 0 && (
          <span>{t('slo.editors', 'Changed by: {{- editors}}', { editors: slo.editors.join(', ') })}</span>
        )}
        {runbook && (
          <TextLink href={runbook} external inline>
            {t('slo.runbook', 'Runbook')}
          </TextLink>
        )}
        {labels.map((label) => (
          <Badge key={label} color="darkgrey" text={label} />
        ))}
      </Stack>
    </Stack>
  );
}
