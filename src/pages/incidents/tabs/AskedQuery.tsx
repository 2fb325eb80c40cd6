/** A query of Prometheus in a row of a tab, cut to fit, with the ways on from it. */
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { metricsDrilldown } from '../../../lib/drilldown';
import { exploreUrl } from '../../../lib/explore';
import { type TimeSpan } from '../../../lib/incidentWindow';
import { TelemetryLinks } from './TelemetryLinks';

interface AskedQueryProps {
  /** Nothing is shown of an empty one. */
  query: string | undefined;
  span: TimeSpan;
  /** The most room that it takes, in pixels. */
  width?: number;
}

export function AskedQuery({ query, span, width = 360 }: AskedQueryProps) {
  const styles = useStyles2(getStyles, width);
  if (!query) {
    return null;
  }
  return (
    <>
      <code className={styles.query} title={query}>
        {query}
      </code>
      <TelemetryLinks
        system="prometheus"
        explore={exploreUrl('prometheus', query, ms(span.from), ms(span.to))}
        drilldown={metricsDrilldown(query, span)}
      />
    </>
  );
}

const ms = (at: string) => String(Date.parse(at));

const getStyles = (theme: GrafanaTheme2, maxWidth: number) => ({
  query: css({
    display: 'inline-block',
    maxWidth,
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
    verticalAlign: 'bottom',
    marginRight: theme.spacing(1),
  }),
});
