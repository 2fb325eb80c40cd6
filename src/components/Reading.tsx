/** What came of a query about an alert: a few values or lines, or in words why there are none. */
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Badge, type BadgeColor, Stack, Text, useStyles2 } from '@grafana/ui';
import { type QuestionState, type ReadingShape } from '../api/types.gen';
import { measuredText } from '../lib/numbers';
import { momentText } from './Moment';
import { PlainTable } from './PlainTable';

export function Reading({ reading }: { reading: ReadingShape }) {
  const styles = useStyles2(getStyles);
  const { state, text, query, values, lines } = reading;
  return (
    <Stack direction="column" gap={1}>
      <Stack alignItems="center" gap={1} wrap="wrap">
        <Badge color={COLOURS[state]} text={stateText(state)} />
        <Text color="secondary">{text}</Text>
      </Stack>
      {query && <code className={styles.text}>{query}</code>}
      {values.length > 0 && (
        <PlainTable
          label={t('reading.values', 'Values')}
          head={[t('reading.series', 'Series'), t('reading.value', 'Value')]}
          rows={values.map((each, i) => ({
            key: String(i),
            cells: [seriesText(each.labels), measuredText(each.value)],
          }))}
        />
      )}
      {lines.length > 0 && (
        <PlainTable
          label={t('reading.lines', 'Lines')}
          head={[t('reading.at', 'When'), t('reading.line', 'Line')]}
          rows={lines.map((each, i) => ({
            key: String(i),
            cells: [
              momentText(each.at, 'HH:mm:ss'),
              <span key="text" className={styles.text}>
                {each.text}
              </span>,
            ],
          }))}
        />
      )}
    </Stack>
  );
}

const COLOURS: Record<QuestionState, BadgeColor> = {
  due: 'blue',
  done: 'green',
  no_data: 'orange',
  failed: 'red',
  not_run: 'darkgrey',
};

function stateText(state: QuestionState): string {
  switch (state) {
    case 'due':
      return t('reading.due', 'is asked soon');
    case 'done':
      return t('reading.done', 'answered');
    case 'no_data':
      return t('reading.no-data', 'no data');
    case 'failed':
      return t('reading.failed', 'failed');
    case 'not_run':
      return t('reading.not-run', 'not run');
  }
}

function seriesText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  return pairs.length > 0 ? pairs.join(', ') : t('reading.all', 'all together');
}

const getStyles = (theme: GrafanaTheme2) => ({
  text: css({
    fontFamily: theme.typography.fontFamilyMonospace,
    fontSize: theme.typography.bodySmall.fontSize,
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
  }),
});
