/** The incident panel: what is open, how urgent, and what the likely cause is. */
import { css } from '@emotion/css';
import { type GrafanaTheme2, type PanelProps } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Stack, Text, useStyles2 } from '@grafana/ui';
import { SeverityBadge } from '../../components/SeverityBadge';
import { pageUrl } from '../../constants';
import { More } from '../table/More';
import { PanelState } from '../table/PanelState';
import { IncidentRow } from './IncidentRow';
import { INCIDENT_COLUMNS, incidentsOf } from './incidents';
import { type IncidentOptions, incidentOptions } from './options';

const NARROW = 520;

export function IncidentPanel({ data, options: stored, width, height }: PanelProps<IncidentOptions>) {
  const styles = useStyles2(getStyles);
  const options = incidentOptions(stored);
  return (
    <PanelState
      data={data}
      needed={INCIDENT_COLUMNS}
      query={t('query.type.incidents', 'Incidents')}
      empty={t('panel.incident.none', 'No incidents: nothing matches in this time range')}
    >
      {(table) => {
        const { shown, more, open } = incidentsOf(table, options.showCause ? data.series : [], options);
        return (
          <div className={styles.scroll} style={{ width, height }}>
            {options.showCounts && open.length > 0 && (
              <Stack gap={1.5} wrap="wrap" alignItems="center">
                {open.map(({ severity, count }) => (
                  <Stack key={severity} gap={0.5} alignItems="center">
                    <Text weight="medium" tabular>
                      {count}
                    </Text>
                    <SeverityBadge severity={severity} />
                  </Stack>
                ))}
                <Text variant="bodySmall" color="secondary">
                  {t('panel.incident.open', 'open')}
                </Text>
              </Stack>
            )}
            <ul className={styles.list} aria-label={t('panel.incident.list', 'Incidents')}>
              {shown.map((incident) => (
                <li key={incident.number}>
                  <IncidentRow incident={incident} isNarrow={width < NARROW} />
                </li>
              ))}
            </ul>
            <More count={more} href={pageUrl('incidents')} />
          </div>
        );
      }}
    </PanelState>
  );
}

const getStyles = (_theme: GrafanaTheme2) => ({
  scroll: css({ overflow: 'auto' }),
  list: css({ listStyle: 'none', margin: 0, padding: 0 }),
});
