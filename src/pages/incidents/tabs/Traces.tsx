/** Traces through a service within the incident's time: those that failed, or those that were slow. */
import { t } from '@grafana/i18n';
import { Badge, RadioButtonGroup, Stack, TextLink } from '@grafana/ui';
import { useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'react-router-dom';
import { tracesQuery } from '../../../api/telemetry';
import { type TraceShape } from '../../../api/types.gen';
import { Moment } from '../../../components/Moment';
import { notConfigured } from '../../../components/notConfigured';
import { ServiceLink } from '../../../components/ServiceLink';
import { NothingState, StateView } from '../../../components/StateView';
import { type Column, VirtualTable } from '../../../components/VirtualTable';
import { tracesDrilldown } from '../../../lib/drilldown';
import { exploreUrl } from '../../../lib/explore';
import { valueText } from '../../../lib/units';
import { useServiceChoice } from './ServiceChoice';
import { TabFrame } from './TabFrame';
import { type TabProps } from './tabs';

const SLOW = [500, 1_000, 5_000];

export function Traces({ incident, span }: TabProps) {
  const { service, choice } = useServiceChoice(incident);
  const [query, setQuery] = useSearchParams();
  const over = SLOW.find((each) => String(each) === query.get('over')) ?? null;
  const traces = useQuery({ ...tracesQuery(service, span, over), enabled: service !== '' });
  const [from, to] = [String(Date.parse(span.from)), String(Date.parse(span.to))];
  const columns: Array<Column<TraceShape>> = [
    {
      key: 'start',
      header: t('traces.start', 'Start'),
      width: '80px',
      cell: ({ start }) => <Moment at={start} as="time" />,
    },
    {
      key: 'root',
      header: t('traces.root', 'Request'),
      width: 'minmax(220px, 2fr)',
      cell: ({ id, rootName }) => {
        const url = exploreUrl('tempo', id, from, to);
        return url ? <TextLink href={url}>{rootName || id}</TextLink> : rootName || id;
      },
    },
    {
      key: 'service',
      header: t('traces.service', 'Entry'),
      width: 'minmax(120px, 1fr)',
      cell: ({ rootService }) => <ServiceLink name={rootService} />,
    },
    {
      key: 'span',
      header: t('traces.span', 'Span of {{- service}}', { service }),
      width: 'minmax(160px, 1fr)',
      cell: ({ spanName }) => spanName,
    },
    {
      key: 'spanDuration',
      header: t('traces.span-duration', 'Span took'),
      width: '100px',
      align: 'right',
      cell: ({ spanMs }) => (spanMs === null ? '' : valueText(spanMs, 'ms')),
    },
    {
      key: 'duration',
      header: t('traces.duration', 'Trace took'),
      width: '100px',
      align: 'right',
      cell: ({ durationMs }) => valueText(durationMs, 'ms'),
    },
    {
      key: 'error',
      header: t('traces.outcome', 'Outcome'),
      width: '90px',
      cell: ({ error }) =>
        error ? (
          <Badge color="red" text={t('traces.failed', 'failed')} />
        ) : (
          <Badge color="orange" text={t('traces.slow', 'slow')} />
        ),
    },
    {
      key: 'id',
      header: t('traces.id', 'Trace'),
      width: '150px',
      cell: ({ id }) => <code title={id}>{id.slice(0, 16)}</code>,
    },
  ];
  const asked = traces.data?.query;
  return (
    <TabFrame
      span={span}
      service={service}
      choice={choice}
      waysOn={
        asked
          ? {
              system: 'tempo',
              explore: exploreUrl('tempo', asked, from, to),
              drilldown: tracesDrilldown(service, over === null ? 'errors' : 'duration', span),
            }
          : null
      }
    >
      <Stack>
        <RadioButtonGroup
          aria-label={t('traces.which', 'Which traces')}
          options={[
            { value: '', label: t('traces.which-failed', 'Failed') },
            ...SLOW.map((each) => ({
              value: String(each),
              label: t('traces.which-slow', 'Over {{- time}}', {
                time: each < 1000 ? `${each} ms` : `${each / 1000} s`,
              }),
            })),
          ]}
          value={over === null ? '' : String(over)}
          onChange={(value) =>
            setQuery(
              (before) => {
                const next = new URLSearchParams(before);
                next.delete('over');
                if (value) {
                  next.set('over', value);
                }
                return next;
              },
              { replace: true }
            )
          }
        />
      </Stack>
      {notConfigured(traces.error) ?? (
        <StateView
          query={traces}
          isEmpty={({ items }) => items.length === 0}
          empty={<NothingState filtered message={t('traces.none', 'No such trace in this time')} />}
        >
          {({ items }) => (
            <VirtualTable
              label={t('traces.table', 'Traces')}
              columns={columns}
              rows={items}
              rowKey={({ id }) => id}
              rowHeight={40}
            />
          )}
        </StateView>
      )}
    </TabFrame>
  );
}
