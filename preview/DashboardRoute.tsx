/** A dashboard that the plugin ships: its variables, its panels at their places, its queries. */
import { css } from '@emotion/css';
import { dateTime, type GrafanaTheme2, type RawTimeRange, rangeUtil, type TimeRange } from '@grafana/data';
import { locationService } from '@grafana/runtime';
import { TimeRangePicker, useStyles2 } from '@grafana/ui';
import { useEffect, useMemo, useState } from 'react';
import { useParams, useSearchParams } from 'react-router-dom';
import { type Dashboard, dashboardOf } from './dashboards';
import { PanelView } from './PanelView';
import { VariableBar } from './VariableBar';

const ROW = 38;

export function DashboardRoute() {
  const { name = '' } = useParams();
  return <Loaded key={name} name={name} />;
}

function Loaded({ name }: { name: string }) {
  const [dashboard, setDashboard] = useState<Dashboard | Error | null>(null);
  useEffect(() => {
    dashboardOf(name)
      .then(setDashboard)
      .catch((error: unknown) => setDashboard(error instanceof Error ? error : new Error(String(error))));
  }, [name]);
  if (dashboard instanceof Error) {
    return <p role="alert">{dashboard.message}</p>;
  }
  return dashboard && <DashboardView dashboard={dashboard} />;
}

function DashboardView({ dashboard }: { dashboard: Dashboard }) {
  const styles = useStyles2(getStyles);
  const { range, setRange } = useRange(dashboard.time);
  const [ready, setReady] = useState(0);
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <h1>{dashboard.title}</h1>
        <VariableBar
          variables={dashboard.templating.list}
          range={range}
          onReady={() => setReady((count) => count + 1)}
        />
        <TimeRangePicker
          value={range}
          onChange={setRange}
          onChangeTimeZone={() => undefined}
          onMoveBackward={() => setRange(moved(range, -1))}
          onMoveForward={() => setRange(moved(range, 1))}
          onZoom={() => setRange(moved(range, 0))}
        />
      </header>
      {ready > 0 && (
        <div className={styles.grid}>
          {dashboard.panels.map((panel) => (
            <div
              key={panel.id}
              style={{
                gridColumn: `${panel.gridPos.x + 1} / span ${panel.gridPos.w}`,
                gridRow: `${panel.gridPos.y + 1} / span ${panel.gridPos.h}`,
              }}
            >
              <PanelView key={ready} panel={panel} range={range} />
            </div>
          ))}
        </div>
      )}
    </div>
  );
}

/** The time range of the address; the dashboard's own while there is none. */
export function useRange(fallback: { from: string; to: string }) {
  const [params] = useSearchParams();
  const [from, to] = [params.get('from') ?? fallback.from, params.get('to') ?? fallback.to];
  const range = useMemo(() => {
    const edge = (text: string): RawTimeRange['from'] => (/^\d+$/.test(text) ? dateTime(Number(text)) : text);
    return rangeUtil.convertRawToRange({ from: edge(from), to: edge(to) });
  }, [from, to]);
  const setRange = ({ raw }: TimeRange) => locationService.partial({ from: spelled(raw.from), to: spelled(raw.to) });
  return { range, setRange };
}

function spelled(edge: RawTimeRange['from']): string {
  return typeof edge === 'string' ? edge : String(edge.valueOf());
}

function moved(range: TimeRange, by: number): TimeRange {
  const length = range.to.valueOf() - range.from.valueOf();
  const wider = by === 0 ? length / 2 : 0;
  const from = dateTime(range.from.valueOf() + by * length - wider);
  const to = dateTime(range.to.valueOf() + by * length + wider);
  return { from, to, raw: { from, to } };
}

const getStyles = (theme: GrafanaTheme2) => ({
  page: css({ padding: theme.spacing(2) }),
  head: css({
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: theme.spacing(2),
    marginBottom: theme.spacing(2),
    '& h1': { flex: 1, margin: 0, fontSize: theme.typography.h3.fontSize },
  }),
  grid: css({
    display: 'grid',
    gridTemplateColumns: 'repeat(24, minmax(0, 1fr))',
    gridAutoRows: ROW,
    gap: theme.spacing(1),
    '& > div': { minHeight: 0 },
  }),
});
