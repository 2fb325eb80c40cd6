/** The course of an SLO over the chosen time: budget, burn rate and share of good events. */
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Combobox, Stack, Text, useStyles2, useTheme2 } from '@grafana/ui';
import { useQuery } from '@tanstack/react-query';
import { type SloIncident, useSloIncidents } from '../../api/sloIncidents';
import { sloHistoryQuery } from '../../api/slos';
import { type SloShape } from '../../api/types.gen';
import { type Stretch } from '../../components/charts/TimeChart';
import { PeriodPicker } from '../../components/PeriodPicker';
import { StateView } from '../../components/StateView';
import { formatSeconds } from '../../lib/duration';
import { countText } from '../../lib/numbers';
import { usePeriod } from '../../lib/period';
import { countsShares } from './counting';
import { CourseCharts } from './CourseCharts';
import { promiseText, useObjective } from './objective';
import { SloIncidents } from './SloIncidents';

const POINTS = 400;

export function SloCourse({ slo }: { slo: SloShape }) {
  const styles = useStyles2(getStyles);
  const theme = useTheme2();
  const { chosen, every, choose } = useObjective(slo);
  const period = usePeriod({ from: `now-${chosen.days ?? 30}d`, to: 'now' });
  const history = useQuery(sloHistoryQuery(slo.id, POINTS, period.from, period.to, chosen.number));
  const incidents = useSloIncidents(slo, period.from, period.to);
  const range = { from: period.range.from.valueOf(), to: period.range.to.valueOf() };
  return (
    <section aria-label={t('slo.course', 'Over time')}>
      <Stack direction="column" gap={2}>
        <Stack justifyContent="space-between" alignItems="center" wrap="wrap">
          <Text element="h3" variant="h4">
            {t('slo.course', 'Over time')}
          </Text>
          <Stack alignItems="center" gap={2} wrap="wrap">
            {every.length > 1 && (
              <Combobox
                aria-label={t('slo.held', 'Held against')}
                width={30}
                options={every.map((each) => ({ value: each.number, label: promiseText(each) }))}
                value={chosen.number}
                onChange={({ value }) => choose(value)}
              />
            )}
            <PeriodPicker period={period} />
          </Stack>
        </Stack>
        {chosen.number > 0 && (
          <Text color="secondary">
            {t('slo.held-main', 'What incidents took is of the main objective, {{- objective}}.', {
              objective: promiseText(slo),
            })}
          </Text>
        )}
        <StateView query={history} loading={<div className={styles.loading} role="status" />}>
          {(data) => (
            <Stack direction="column" gap={2}>
              <CourseCharts
                slo={chosen}
                conditions={chosen.conditions}
                history={data}
                incidents={incidents.items.map(stretchOf(theme))}
                range={range}
              />
              <Text color="secondary" variant="bodySmall">
                {countsShares(slo)
                  ? t('slo.points-mean', '{{- count}} points of {{- step}} each', {
                      defaultValue_one: '{{- count}} point of {{- step}}',
                      count: data.points.length,
                      step: formatSeconds(data.stepSeconds),
                    })
                  : t('slo.points', '{{- count}} points of {{- step}} each, {{- events}} events', {
                      defaultValue_one: '{{- count}} point of {{- step}}, {{- events}} events',
                      count: data.points.length,
                      step: formatSeconds(data.stepSeconds),
                      events: countText(data.points.reduce((sum, point) => sum + point.total, 0)),
                    })}
              </Text>
            </Stack>
          )}
        </StateView>
        <SloIncidents slo={slo} list={incidents} />
      </Stack>
    </section>
  );
}

/** The time of an incident as the charts mark it; one that is not over lasts until now. */
function stretchOf(theme: GrafanaTheme2) {
  return ({ incident }: SloIncident): Stretch => ({
    name: `${incident.number} ${incident.title}`,
    color: theme.visualization.getColorByName('red'),
    from: Date.parse(incident.milestones.started?.at ?? incident.createdAt),
    to: incident.milestones.resolved ? Date.parse(incident.milestones.resolved.at) : Date.now(),
  });
}

const getStyles = (_theme: GrafanaTheme2) => ({
  // As high as the three charts, so that nothing jumps.
  loading: css({ height: 860 }),
});
