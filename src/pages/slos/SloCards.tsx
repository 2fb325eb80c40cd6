/** The SLOs that are worst off, each with the course of its budget. */
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Grid, Stack, Text, useStyles2, useTheme2 } from '@grafana/ui';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { Link } from 'react-router-dom';
import { sloHistoryQuery } from '../../api/slos';
import { type SloShape } from '../../api/types.gen';
import { Sparkline } from '../../components/charts/Sparkline';
import { sloStatusColor, SloStatusBadge, sloStatusTextColor } from '../../components/SloStatusBadge';
import { pageUrl, ROUTES } from '../../constants';
import { budgetText, digitsFor, percentText, rateText } from '../../lib/numbers';

/** Enough to see a shape at the size of a card. */
const POINTS = 60;

export function SloCards({ slos }: { slos: readonly SloShape[] }) {
  return (
    <section aria-label={t('slos.worst', 'SLOs that are worst off')}>
      <Grid minColumnWidth={34} gap={2}>
        {slos.map((slo) => (
          <SloCard key={slo.id} slo={slo} />
        ))}
      </Grid>
    </section>
  );
}

function SloCard({ slo }: { slo: SloShape }) {
  const styles = useStyles2(getStyles);
  const theme = useTheme2();
  const { status, budget, window, burnRates } = slo.status;
  const { data: history } = useQuery(sloHistoryQuery(slo.id, POINTS, window?.start, window?.end));
  const points = useMemo(
    () => history?.points.map((point) => ({ at: Date.parse(point.at), value: point.budgetRemaining })) ?? [],
    [history]
  );
  const remaining = budget?.remaining ?? null;
  return (
    <Link to={pageUrl(ROUTES.slos, slo.id)} className={styles.card}>
      <Stack direction="column" gap={1}>
        <Stack justifyContent="space-between" alignItems="flex-start" gap={1}>
          <div className={styles.name}>
            <Text weight="medium" truncate>
              {slo.name}
            </Text>
            <Text color="secondary" variant="bodySmall" truncate>
              {slo.service}
            </Text>
          </div>
          <SloStatusBadge status={status} />
        </Stack>
        <div className={styles.number} style={{ color: sloStatusTextColor(status, theme) }}>
          {remaining === null ? t('slos.no-data', 'no data') : budgetText(remaining)}
          <Text color="secondary" variant="bodySmall">
            {' '}
            {remaining === null ? '' : t('slos.budget-left', 'of the budget left')}
          </Text>
        </div>
        <Sparkline
          points={points}
          color={sloStatusColor(status, theme)}
          label={t('slos.sparkline', 'Budget of {{- name}} over its window', { name: slo.name })}
          height={36}
        />
        <Text color="secondary" variant="bodySmall">
          {t('slos.card-line', '{{- sli}} of {{- objective}}% · burns {{- rate}} over 1 h', {
            sli: percentText(window?.sli, digitsFor(slo.objective)),
            objective: slo.objective,
            rate: rateText(burnRates.find((each) => each.windowSeconds === 3600)?.burnRate),
          })}
        </Text>
      </Stack>
    </Link>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  card: css({
    display: 'block',
    minWidth: 0,
    padding: theme.spacing(2),
    background: theme.colors.background.secondary,
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
    '&:hover': { background: theme.colors.emphasize(theme.colors.background.secondary, 0.03) },
    '&:focus-visible': { outline: `2px solid ${theme.colors.primary.border}` },
  }),
  name: css({ display: 'flex', flexDirection: 'column', minWidth: 0 }),
  number: css({ ...theme.typography.h2, fontVariantNumeric: 'tabular-nums' }),
});
