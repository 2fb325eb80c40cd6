/** A service: how it stands, and a bar for each of its days. */
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Badge, Stack, Text, useStyles2, useTheme2 } from '@grafana/ui';
import { type StatusComponentShape, type StatusDayShape } from '../../api/types.gen';
import { ServiceLink } from '../../components/ServiceLink';
import { formatSeconds } from '../../lib/duration';
import { percentText } from '../../lib/numbers';
import { LOOK, stateColor, stateText } from './states';

export function StatusComponent({ component }: { component: StatusComponentShape }) {
  const theme = useTheme2();
  const styles = useStyles2(getStyles);
  const { name, description, state, days } = component;
  return (
    <article className={styles.card} aria-label={name}>
      <Stack justifyContent="space-between" alignItems="center">
        <Text weight="medium">
          <ServiceLink name={name} />
        </Text>
        <Badge {...LOOK[state]} text={stateText(state)} />
      </Stack>
      {description && (
        <Text color="secondary" variant="bodySmall" truncate>
          {description}
        </Text>
      )}
      <div className={styles.days} role="img" aria-label={summary(component)}>
        {days.map((day) => (
          <span
            key={day.date}
            className={styles.day}
            style={{ background: stateColor(day.state, theme) }}
            title={dayText(day)}
          />
        ))}
      </div>
      <div className={styles.foot}>
        <span>{days[0]?.date}</span>
        <span aria-hidden="true">{summary(component)}</span>
        <span>{t('status-page.today', 'Today')}</span>
      </div>
    </article>
  );
}

/** What the bars say, in words. The share is of the time since the service was known. */
export function summary({ up, outageSeconds, degradedSeconds, knownSeconds }: StatusComponentShape): string {
  if (up === null) {
    return t('status-page.no-days', 'Nothing is known of these days');
  }
  const known = t('status-page.up', '{{- share}} without an outage in {{- length}}', {
    share: percentText(up, 3),
    length: formatSeconds(knownSeconds),
  });
  return [known, ...trouble(outageSeconds, degradedSeconds)].join(', ');
}

function dayText({ date, state, outageSeconds, degradedSeconds }: StatusDayShape): string {
  const bad = trouble(outageSeconds, degradedSeconds);
  return `${date}: ${bad.length > 0 ? bad.join(', ') : stateText(state)}`;
}

function trouble(outage: number, degraded: number): string[] {
  return [
    ...(outage > 0 ? [t('status-page.out-for', '{{- length}} out', { length: formatSeconds(outage) })] : []),
    ...(degraded > 0
      ? [t('status-page.degraded-for', '{{- length}} degraded', { length: formatSeconds(degraded) })]
      : []),
  ];
}

const getStyles = (theme: GrafanaTheme2) => ({
  card: css({
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(0.5),
    padding: theme.spacing(1.5, 2),
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
  }),
  days: css({ display: 'flex', gap: 2, height: 28, marginTop: theme.spacing(0.5) }),
  day: css({ flex: 1, minWidth: 1, borderRadius: theme.shape.radius.sm }),
  foot: css({
    display: 'flex',
    justifyContent: 'space-between',
    gap: theme.spacing(1),
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
  }),
});
