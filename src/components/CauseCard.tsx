/** One possible cause: how probable, why, and the measurements that say so, against what is usual. */
import { css, cx } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Badge, Button, Stack, Text, TextLink, useStyles2, useTheme2 } from '@grafana/ui';
import { type ReactNode, useState } from 'react';
import { type CauseShape, type EvidenceChartShape, type FindingShape } from '../api/types.gen';
import { valueText } from '../lib/units';
import { TimeChart } from './charts/TimeChart';
import { Confidence } from './Confidence';
import { Differences } from './Differences';
import { Moment } from './Moment';
import { ServiceLink } from './ServiceLink';

interface CauseCardProps {
  cause: CauseShape;
  /** Kept points, by the id of their finding. */
  charts: readonly EvidenceChartShape[];
  /** In which unit a finding is measured. */
  unitOf: (finding: FindingShape) => string;
  defaultOpen?: boolean;
  /** The ways on from it, once it is open. */
  waysOn?: ReactNode;
}

export function CauseCard({ cause, charts, unitOf, defaultOpen = false, waysOn }: CauseCardProps) {
  const styles = useStyles2(getStyles);
  const [chosen, setChosen] = useState<boolean | null>(null);
  // A first run names its cause only when it has ended: the card follows until somebody decides.
  const open = chosen ?? defaultOpen;
  return (
    <article className={cx(styles.card, cause.named && styles.named)} aria-label={cause.summary}>
      <div className={styles.head}>
        <Text color="secondary" tabular>
          {cause.rank}
        </Text>
        <div className={styles.text}>
          <Stack gap={1} alignItems="baseline" wrap="wrap">
            <ServiceLink name={cause.service} />
            <Badge color="darkgrey" text={cause.kind} />
            <Text>{cause.summary}</Text>
          </Stack>
        </div>
        <Confidence value={cause.confidence} />
        <Button
          size="sm"
          variant="secondary"
          fill="text"
          icon={open ? 'angle-down' : 'angle-right'}
          aria-expanded={open}
          onClick={() => setChosen(!open)}
        >
          {t('cause.evidence', 'Evidence ({{- count}})', { count: cause.evidence.length })}
        </Button>
      </div>
      {open && (
        <div className={styles.body}>
          {cause.changes.map((change) => (
            <div key={change.id}>
              <Text>
                <Moment at={change.at} /> {change.summary}
              </Text>
              <Differences items={change.differences} of={change.summary} />
            </div>
          ))}
          <div className={styles.grid}>
            {cause.evidence.map((finding) => (
              <Evidence
                key={finding.id}
                finding={finding}
                unit={unitOf(finding)}
                chart={charts.find((each) => each.finding === finding.id)}
              />
            ))}
          </div>
          {cause.evidence.length === 0 && (
            <Text color="secondary">{t('cause.no-evidence', 'No measurement of its own speaks for it')}</Text>
          )}
          {waysOn}
          <details>
            <summary>{t('cause.terms', 'How the number comes about')}</summary>
            <ul className={styles.terms}>
              {cause.terms.map((term) => (
                <li key={term.name}>
                  <code>{term.logOdds > 0 ? `+${term.logOdds.toFixed(2)}` : term.logOdds.toFixed(2)}</code> {term.name}:{' '}
                  {term.because}
                </li>
              ))}
            </ul>
          </details>
        </div>
      )}
    </article>
  );
}

interface EvidenceProps {
  finding: FindingShape;
  unit: string;
  chart: EvidenceChartShape | undefined;
}

function Evidence({ finding, unit, chart }: EvidenceProps) {
  const styles = useStyles2(getStyles);
  return (
    <figure className={styles.evidence}>
      <figcaption>
        <Text weight="medium">{finding.subject}</Text>
        <Text color="secondary" variant="bodySmall" element="p">
          {finding.detail}
        </Text>
        <Text variant="bodySmall">
          {t('cause.before-now', '{{- before}} usually, {{- now}} now, {{- samples}} samples', {
            before: valueText(finding.before, unit),
            now: valueText(finding.now, unit),
            samples: finding.samples,
          })}
        </Text>
      </figcaption>
      {chart && chart.points.length > 0 && <EvidenceChart chart={chart} unit={unit} />}
      {finding.examples.slice(0, 3).map((line) => (
        <pre key={line} className={styles.example}>
          {line}
        </pre>
      ))}
      <Stack gap={1} alignItems="baseline">
        {finding.query && <code className={styles.query}>{finding.query}</code>}
        {finding.link && (
          <TextLink href={finding.link} inline={false} icon="compass" variant="bodySmall">
            {t('cause.explore', 'Explore')}
          </TextLink>
        )}
      </Stack>
    </figure>
  );
}

/** Of what was before, so many times the incident's length is shown, half an hour at least. */
const BEFORE = 2;
const LEAST_BEFORE = 30 * 60_000;

/** The kept points, with the incident's window marked and the usual level as a line. */
export function EvidenceChart({ chart, unit }: { chart: EvidenceChartShape; unit: string }) {
  const theme = useTheme2();
  const [start, end] = [Date.parse(chart.window.start), Date.parse(chart.window.end)];
  const from = start - Math.max(LEAST_BEFORE, BEFORE * (end - start));
  const points = chart.points.map(({ at, value }) => ({ at: Date.parse(at), value })).filter(({ at }) => at >= from);
  const color = theme.visualization.getColorByName('orange');
  return (
    <TimeChart
      title={chart.title}
      height={140}
      format={(value) => valueText(value, unit)}
      series={[
        {
          name: chart.title,
          color: theme.visualization.getColorByName('blue'),
          points,
        },
      ]}
      limits={
        chart.before === null
          ? []
          : [{ name: t('cause.usual', 'usual'), value: chart.before, color: theme.colors.text.secondary }]
      }
      stretches={[
        {
          name: t('cause.window', 'incident'),
          color,
          from: start,
          to: end,
        },
      ]}
    />
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  card: css({
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
    padding: theme.spacing(1, 1.5),
  }),
  named: css({ borderColor: theme.colors.primary.border }),
  head: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(1.5), flexWrap: 'wrap' }),
  text: css({ flex: 1, minWidth: 200, overflowWrap: 'anywhere' }),
  body: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1), paddingTop: theme.spacing(1) }),
  grid: css({
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fill, minmax(320px, 1fr))',
    gap: theme.spacing(2),
  }),
  evidence: css({ margin: 0, minWidth: 0 }),
  example: css({ margin: theme.spacing(0.5, 0), maxHeight: 80, overflow: 'auto', whiteSpace: 'pre-wrap' }),
  query: css({ minWidth: 0, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap', flex: 1 }),
  terms: css({ margin: theme.spacing(1, 0, 0), paddingLeft: theme.spacing(2) }),
});
