/** Plain stand-ins for Grafana's own panels, which are not published: time series, numbers, and a table for the rest. */
import { css } from '@emotion/css';
import {
  FieldType,
  formattedValueToString,
  getFieldDisplayName,
  type GrafanaTheme2,
  outerJoinDataFrames,
  type PanelData,
  type TimeRange,
} from '@grafana/data';
import { LegendDisplayMode } from '@grafana/schema';
import { Table, TimeSeries, useStyles2 } from '@grafana/ui';

interface StandInPanelProps {
  type: string;
  data: PanelData;
  range: TimeRange;
  width: number;
  height: number;
  options?: Record<string, unknown>;
}

export function StandInPanel({ type, data, range, width, height, options }: StandInPanelProps) {
  if (type === 'text') {
    return <pre>{String(options?.content ?? '')}</pre>;
  }
  const filled = data.series.filter((frame) => frame.length > 0);
  if (filled.length === 0) {
    return <Centred text={data.errors?.[0]?.message ?? 'No data'} />;
  }
  if (type === 'stat' || type === 'gauge' || type === 'bargauge') {
    return <Numbers data={data} />;
  }
  const joined = type === 'timeseries' ? outerJoinDataFrames({ frames: filled }) : undefined;
  if (joined && joined.fields[0]?.type === FieldType.time) {
    return (
      <TimeSeries
        frames={filled}
        width={width}
        height={height}
        timeRange={range}
        timeZone="browser"
        legend={{ displayMode: LegendDisplayMode.List, placement: 'bottom', showLegend: true, calcs: [] }}
      />
    );
  }
  return <Table data={filled[0] ?? { fields: [], length: 0 }} width={width} height={height} />;
}

function Numbers({ data }: { data: PanelData }) {
  const styles = useStyles2(getStyles);
  const fields = data.series.flatMap((frame) =>
    frame.fields.filter((field) => field.type === FieldType.number).map((field) => ({ field, frame }))
  );
  return (
    // What does not fit scrolls, with keys too.
    <div className={styles.numbers} tabIndex={0} role="group">
      {fields.map(({ field, frame }, index) => {
        const value: unknown = field.values.at(-1);
        return (
          <div key={index}>
            <div className={styles.name}>{getFieldDisplayName(field, frame, data.series)}</div>
            <div className={styles.value}>
              {field.display ? formattedValueToString(field.display(value)) : String(value)}
            </div>
          </div>
        );
      })}
    </div>
  );
}

function Centred({ text }: { text: string }) {
  const styles = useStyles2(getStyles);
  return <div className={styles.numbers}>{text}</div>;
}

const getStyles = (theme: GrafanaTheme2) => ({
  numbers: css({
    height: '100%',
    display: 'flex',
    flexWrap: 'wrap',
    gap: theme.spacing(3),
    alignItems: 'center',
    justifyContent: 'center',
    overflow: 'auto',
    textAlign: 'center',
    overflowWrap: 'anywhere',
  }),
  name: css({ color: theme.colors.text.secondary }),
  value: css({ fontSize: theme.typography.h2.fontSize }),
});
