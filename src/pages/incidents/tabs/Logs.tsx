/** Log lines of a service within the incident's time: errors, or whatever holds a text. */
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Badge, type BadgeColor, Input, Stack, Text, useStyles2 } from '@grafana/ui';
import { useQuery } from '@tanstack/react-query';
import { type KeyboardEvent } from 'react';
import { useSearchParams } from 'react-router-dom';
import { logsQuery } from '../../../api/telemetry';
import { type LogLineShape } from '../../../api/types.gen';
import { Moment } from '../../../components/Moment';
import { notConfigured } from '../../../components/notConfigured';
import { NothingState, StateView } from '../../../components/StateView';
import { type Column, VirtualTable } from '../../../components/VirtualTable';
import { logsDrilldown } from '../../../lib/drilldown';
import { exploreUrl } from '../../../lib/explore';
import { useServiceChoice } from './ServiceChoice';
import { TabFrame } from './TabFrame';
import { type TabProps } from './tabs';

export function Logs({ incident, span }: TabProps) {
  const { service, choice } = useServiceChoice(incident);
  const [query, setQuery] = useSearchParams();
  const q = query.get('q') ?? '';
  const logs = useQuery({ ...logsQuery(service, span, q), enabled: service !== '' });
  const styles = useStyles2(getStyles);
  const search = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key !== 'Enter') {
      return;
    }
    const text = event.currentTarget.value;
    setQuery((before) => {
      const next = new URLSearchParams(before);
      next.delete('q');
      if (text) {
        next.set('q', text);
      }
      return next;
    });
  };
  const columns: Array<Column<LogLineShape>> = [
    { key: 'at', header: t('logs.at', 'Time'), width: '80px', cell: ({ at }) => <Moment at={at} as="time" /> },
    {
      key: 'level',
      header: t('logs.level', 'Level'),
      width: '80px',
      cell: ({ level }) => <Badge color={LEVELS[level.toLowerCase()] ?? 'darkgrey'} text={level || '–'} />,
    },
    {
      key: 'text',
      header: t('logs.line', 'Line'),
      width: 'minmax(300px, 1fr)',
      cell: ({ text }) => (
        <code className={styles.line} title={text}>
          {text}
        </code>
      ),
    },
  ];
  const asked = logs.data?.query;
  return (
    <TabFrame
      span={span}
      service={service}
      choice={choice}
      waysOn={
        asked
          ? {
              system: 'loki',
              explore: exploreUrl('loki', asked, String(Date.parse(span.from)), String(Date.parse(span.to))),
              drilldown: logsDrilldown(asked, span),
            }
          : null
      }
    >
      <Stack gap={1} alignItems="center">
        <Input
          key={q}
          type="search"
          width={50}
          defaultValue={q}
          aria-label={t('logs.search', 'Search in log lines')}
          placeholder={t('logs.search-hint', 'Text in the line, then Enter; empty: error lines')}
          onKeyDown={search}
        />
        {logs.data && (
          <Text color="secondary">
            {t('logs.count', '{{- count, number}} lines', {
              count: logs.data.items.length,
              defaultValue_one: '{{- count}} line',
            })}
          </Text>
        )}
      </Stack>
      {notConfigured(logs.error) ?? (
        <StateView
          query={logs}
          isEmpty={({ items }) => items.length === 0}
          empty={
            <NothingState
              filtered={q !== ''}
              message={q ? t('logs.none-found', 'No line holds this text') : t('logs.none', 'No error lines')}
            >
              {logs.data?.query === '' &&
                t('logs.no-label', 'No label of the log store names this service; see its page for what is known.')}
            </NothingState>
          }
        >
          {({ items }) => (
            <VirtualTable
              label={t('logs.table', 'Log lines')}
              columns={columns}
              rows={items}
              rowKey={({ ns, text }) => ns + text}
              rowHeight={34}
            />
          )}
        </StateView>
      )}
    </TabFrame>
  );
}

const LEVELS: Record<string, BadgeColor> = {
  fatal: 'red',
  critical: 'red',
  error: 'red',
  warn: 'orange',
  warning: 'orange',
  info: 'blue',
};

const getStyles = (theme: GrafanaTheme2) => ({
  line: css({
    display: 'block',
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
    // Code is lower than its letters: without this their tails are cut.
    lineHeight: theme.typography.body.lineHeight,
    background: 'none',
    border: 'none',
    padding: 0,
  }),
});
