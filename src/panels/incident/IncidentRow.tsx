/** One incident as a row: how urgent, what, where, since when, and why. */
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Stack, Text, TextLink, useStyles2 } from '@grafana/ui';
import { Moment } from '../../components/Moment';
import { SeverityBadge } from '../../components/SeverityBadge';
import { PlainStatusBadge } from '../../components/StatusBadge';
import { pageUrl } from '../../constants';
import { formatSeconds, secondsBetween } from '../../lib/duration';
import { oneLine } from '../table/oneLine';
import { type Incident } from './incidents';

export function IncidentRow({ incident, isNarrow }: { incident: Incident; isNarrow: boolean }) {
  const styles = useStyles2(getStyles);
  const {
    number,
    title,
    severity,
    level,
    status,
    statusName,
    service,
    affected,
    assignee,
    startedAt,
    resolvedAt,
    cause,
  } = incident;
  return (
    <div className={isNarrow ? styles.narrow : styles.row}>
      <div>
        <SeverityBadge severity={severity} text={level} />
      </div>
      <div className={styles.what} title={title}>
        <TextLink href={pageUrl('incidents', number)} color="primary" inline={false}>
          {`${number} ${title}`}
        </TextLink>
        {cause && (
          <Text variant="bodySmall" truncate element="p">
            {t('panel.incident.likely', 'Likely: {{- cause}} ({{- percent}}%)', {
              cause: cause.title,
              percent: Math.round(cause.confidence * 100),
            })}
          </Text>
        )}
        <Text variant="bodySmall" color="secondary" truncate element="p" title={affected || undefined}>
          {[service, incident.isDrill && t('panel.incident.drill', 'drill'), assignee].filter(Boolean).join(' · ')}
        </Text>
      </div>
      {!isNarrow && (
        <div>
          <PlainStatusBadge status={status} name={statusName} />
        </div>
      )}
      {!isNarrow && (
        <Stack direction="column" gap={0} alignItems="flex-end">
          <Text variant="bodySmall" color="secondary">
            <Moment at={startedAt} as="relative" />
          </Text>
          {resolvedAt !== null && (
            <Text variant="bodySmall" color="secondary">
              {t('panel.incident.took', 'took {{- length}}', {
                length: formatSeconds(secondsBetween(startedAt, resolvedAt)),
              })}
            </Text>
          )}
        </Stack>
      )}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => {
  const row = {
    display: 'grid',
    alignItems: 'center',
    gap: theme.spacing(1),
    padding: theme.spacing(0.75, 1),
    borderBottom: `1px solid ${theme.colors.border.weak}`,
  };
  return {
    row: css({ ...row, gridTemplateColumns: '92px minmax(0, 1fr) 124px 92px' }),
    narrow: css({ ...row, gridTemplateColumns: 'auto minmax(0, 1fr)' }),
    what: css(oneLine),
  };
};
