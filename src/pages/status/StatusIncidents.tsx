/** Incidents on the status page, with what readers outside were told of them. */
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Badge, Stack, Text, useStyles2 } from '@grafana/ui';
import { type Audience, type StatusIncidentShape } from '../../api/types.gen';
import { Markdown } from '../../components/Markdown';
import { Moment } from '../../components/Moment';
import { PageLink } from '../../components/PageLink';
import { pageUrl, ROUTES } from '../../constants';
import { capitalised } from '../../lib/words';

interface StatusIncidentsProps {
  incidents: readonly StatusIncidentShape[];
  audience: Audience;
}

export function StatusIncidents({ incidents, audience }: StatusIncidentsProps) {
  if (incidents.length === 0) {
    return <Text color="secondary">{t('status-page.none', 'Nothing was reported.')}</Text>;
  }
  return (
    <Stack direction="column" gap={1}>
      {incidents.map((each) => (
        <OneIncident key={each.number} incident={each} audience={audience} />
      ))}
    </Stack>
  );
}

function OneIncident({ incident, audience }: { incident: StatusIncidentShape; audience: Audience }) {
  const styles = useStyles2(getStyles);
  return (
    <article className={styles.card} aria-label={incident.number}>
      <Stack justifyContent="space-between" alignItems="flex-start" gap={2}>
        <Text weight="medium">
          <PageLink to={pageUrl(ROUTES.incidents, incident.number)}>{incident.title}</PageLink>
        </Text>
        <Stack gap={1} wrap="wrap" justifyContent="flex-end">
          {audience === 'internal' && !incident.published && (
            <Badge color="darkgrey" icon="lock" text={t('status-page.unpublished', 'Not known outside')} />
          )}
          <Badge color={incident.resolvedAt ? 'green' : 'orange'} text={capitalised(incident.status)} />
        </Stack>
      </Stack>
      <div className={styles.about}>
        {incident.number} · {capitalised(incident.severity)} · {incident.services.join(', ')} ·{' '}
        {t('status-page.began', 'began')} <Moment at={incident.startedAt} />
        {incident.resolvedAt && (
          <>
            {' · '}
            {t('status-page.over', 'over')} <Moment at={incident.resolvedAt} />
          </>
        )}
      </div>
      {incident.notes.length > 0 && (
        <ol className={styles.notes} aria-label={t('status-page.updates', 'Updates')}>
          {incident.notes.toReversed().map((note) => (
            <li key={note.at}>
              <Text color="secondary" variant="bodySmall">
                <Moment at={note.at} />
              </Text>
              <Markdown text={note.text} />
            </li>
          ))}
        </ol>
      )}
    </article>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  card: css({
    padding: theme.spacing(1.5, 2),
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
    overflowWrap: 'anywhere',
  }),
  about: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
  notes: css({
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(1),
    margin: theme.spacing(1.5, 0, 0),
    paddingLeft: theme.spacing(2),
    borderLeft: `2px solid ${theme.colors.border.weak}`,
    listStyle: 'none',
  }),
});
