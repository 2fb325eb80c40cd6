/** The incidents of the SLO's service in the chosen time, and what each took of the budget. */
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Stack, Text, TextLink, useStyles2 } from '@grafana/ui';
import { type SloIncidentList } from '../../api/sloIncidents';
import { Moment } from '../../components/Moment';
import { SeverityBadge } from '../../components/SeverityBadge';
import { LoadingState, StateView } from '../../components/StateView';
import { StatusBadge } from '../../components/StatusBadge';
import { pageUrl, ROUTES } from '../../constants';
import { budgetText } from '../../lib/numbers';
import { badCell, type Counting, countsShares } from './counting';

export function SloIncidents({ slo, list: { query, items } }: { slo: Counting; list: SloIncidentList }) {
  const styles = useStyles2(getStyles);
  const title = t('slo.incidents', 'Incidents that spent it');
  return (
    <section aria-label={title}>
      <Stack direction="column" gap={1}>
        <Text element="h3" variant="h5">
          {title}
        </Text>
        <StateView
          query={query}
          isEmpty={(page) => page.items.length === 0}
          empty={<Text color="secondary">{t('slo.no-incidents', 'The service had no incident in this time.')}</Text>}
          loading={<LoadingState lines={2} />}
        >
          {(page) => (
            <>
              <table className={styles.table}>
                <thead>
                  <tr>
                    <th>{t('slo.incident', 'Incident')}</th>
                    <th>{t('slo.severity', 'Severity')}</th>
                    <th>{t('slo.status', 'Status')}</th>
                    <th>{t('slo.began', 'Began')}</th>
                    <th>{countsShares(slo) ? t('slo.bad-time', 'Bad') : t('slo.bad', 'Bad events')}</th>
                    <th>{t('slo.share', 'Of the budget')}</th>
                  </tr>
                </thead>
                <tbody>
                  {items.map(({ incident, impact }) => (
                    <tr key={incident.number}>
                      <td>
                        <TextLink href={pageUrl(ROUTES.incidents, incident.number)} inline>
                          {`${incident.number} ${incident.title}`}
                        </TextLink>
                      </td>
                      <td>
                        <SeverityBadge severity={incident.severity} />
                      </td>
                      <td>
                        <StatusBadge status={incident.status} stage={incident.stage} />
                      </td>
                      <td>
                        <Moment at={incident.milestones.started?.at} />
                      </td>
                      <td className={styles.number}>{badCell(slo, impact?.bad, impact?.total)}</td>
                      <td className={styles.number}>{budgetText(impact?.budgetShare)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
              {page.total > items.length && (
                <Text color="secondary" variant="bodySmall">
                  {t('slo.more-incidents', 'The newest {{- shown}} of {{- total}}', {
                    shown: items.length,
                    total: page.total,
                  })}
                </Text>
              )}
            </>
          )}
        </StateView>
      </Stack>
    </section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  table: css({
    width: '100%',
    'th, td': { padding: theme.spacing(0.75, 1), textAlign: 'left' },
    th: { color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize },
    tr: { borderBottom: `1px solid ${theme.colors.border.weak}` },
  }),
  number: css({ fontVariantNumeric: 'tabular-nums' }),
});
