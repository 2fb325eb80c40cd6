/** One SLO as a card: its budget as a ring, and the numbers behind it. */
import { css } from '@emotion/css';
import { type DisplayProcessor, type GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Badge, Stack, Text, TextLink, useStyles2 } from '@grafana/ui';
import { SloStatusBadge } from '../../components/SloStatusBadge';
import { rateText } from '../../lib/numbers';
import { oneLine } from '../table/oneLine';
import { BudgetGauge } from './BudgetGauge';
import { Course } from './Course';
import { objectiveText, reachedText, shown } from './numbers';
import { type Slo, sloUrl } from './slos';

interface Props {
  slo: Slo;
  budget: DisplayProcessor;
  size: number;
  hasDetails: boolean;
}

export function SloCard({ slo, budget, size, hasDetails }: Props) {
  const styles = useStyles2(getStyles);
  const left = shown(slo.budget, budget);
  const color = budget(slo.budget).color ?? '';
  return (
    <div className={styles.card} title={slo.reason}>
      <div className={styles.name} title={slo.name}>
        <TextLink href={sloUrl(slo)} color="primary" inline={false}>
          {slo.name}
        </TextLink>
        <Text variant="bodySmall" color="secondary" truncate element="p">
          {slo.service}
        </Text>
      </div>
      <BudgetGauge
        share={slo.budget}
        color={color}
        text={left}
        caption={t('panel.slo.left', 'budget left')}
        size={size}
        label={t('panel.slo.gauge', '{{- name}}: {{- left}} of the error budget left', {
          name: slo.name,
          left,
        })}
      />
      <Stack gap={0.5} alignItems="center" justifyContent="center" wrap="wrap">
        <SloStatusBadge status={slo.status} />
        {slo.firing && <Badge color="red" icon="bell" text={t('panel.slo.firing', 'Alert')} tooltip={slo.firing} />}
      </Stack>
      {hasDetails && (
        <div className={styles.details}>
          <Text variant="bodySmall" color="secondary">
            {t('panel.slo.sli', '{{- sli}} of {{- objective}}', {
              sli: reachedText(slo.sli, slo.objective),
              objective: objectiveText(slo.objective),
            })}
          </Text>
          <Text variant="bodySmall" color="secondary">
            {t('panel.slo.burn', 'burns {{- burn}}', { burn: rateText(slo.burn) })}
          </Text>
        </div>
      )}
      {slo.course.length > 1 && <Course values={slo.course} color={color} width={size} />}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  card: css({
    display: 'flex',
    flexDirection: 'column',
    alignItems: 'center',
    gap: theme.spacing(0.5),
    padding: theme.spacing(1),
    background: theme.colors.background.secondary,
    borderRadius: theme.shape.radius.default,
  }),
  name: css({ width: '100%', textAlign: 'center', ...oneLine }),
  details: css({ display: 'flex', flexDirection: 'column', alignItems: 'center' }),
});
