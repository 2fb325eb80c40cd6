/** How every SLO did in the last calendar periods; also for a spreadsheet. */
import { t } from '@grafana/i18n';
import { Badge, Button, RadioButtonGroup, Stack, Text, TextLink } from '@grafana/ui';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useSearchParams } from 'react-router-dom';
import { type ReportPeriods, sloReportQuery, useReportCsv } from '../../api/slos';
import { type CalendarUnit, type SloReportItemShape, type SloReportLineShape } from '../../api/types.gen';
import { momentText } from '../../components/Moment';
import { PlainTable } from '../../components/PlainTable';
import { LoadingState, StateView } from '../../components/StateView';
import { download } from '../../lib/download';
import { zoneName } from '../../lib/zone';
import { pageUrl, ROUTES } from '../../constants';
import { oneOf } from '../../lib/guards';
import { budgetText, digitsFor, percentText } from '../../lib/numbers';

const UNITS = ['week', 'month', 'quarter', 'year'] as const satisfies CalendarUnit[];
const PERIODS = 6;

export function SloReport() {
  const [params, setParams] = useSearchParams();
  const periods: ReportPeriods = {
    unit: oneOf(params.get('unit'), UNITS, 'month'),
    zone: zoneName(),
    periods: PERIODS,
  };
  const report = useInfiniteQuery(sloReportQuery(periods));
  const csv = useReportCsv();
  const items = report.data?.pages.flatMap((page) => page.items) ?? [];
  const save = () =>
    csv.mutate(periods, { onSuccess: (text) => download(text, `slos-by-${periods.unit}.csv`, 'text/csv') });
  return (
    <Stack direction="column" gap={2}>
      <Stack justifyContent="space-between" wrap="wrap">
        <RadioButtonGroup
          aria-label={t('slo-report.unit', 'Period')}
          options={units()}
          value={periods.unit}
          onChange={(unit) => setParams({ view: 'report', unit }, { replace: true })}
        />
        <Button variant="secondary" icon="download-alt" disabled={csv.isPending} onClick={save}>
          {t('slo-report.csv', 'Download CSV')}
        </Button>
      </Stack>
      <StateView
        query={report}
        isEmpty={() => items.every((item) => item.lines.length === 0)}
        empty={<Text color="secondary">{t('slo-report.empty', 'No period was measured yet.')}</Text>}
        loading={<LoadingState lines={6} />}
      >
        {() => <Lines items={items} zone={periods.zone} />}
      </StateView>
      {report.hasNextPage && (
        <Button variant="secondary" onClick={() => void report.fetchNextPage()}>
          {t('slo-report.more', 'Show more')}
        </Button>
      )}
    </Stack>
  );
}

function Lines({ items, zone }: { items: readonly SloReportItemShape[]; zone: string }) {
  return (
    <PlainTable
      label={t('slo-report.label', 'Report over periods, {{- zone}}', { zone })}
      head={[
        t('slo-report.slo', 'SLO'),
        t('slo-report.period', 'Period from'),
        t('slo-report.met', 'Objective'),
        t('slo-report.reached', 'Reached'),
        t('slo-report.consumed', 'Budget spent'),
        t('slo-report.coverage', 'Measured'),
        t('slo-report.incidents', 'Costliest incidents'),
      ]}
      rows={items.flatMap((item) =>
        item.lines.map((line) => ({
          key: `${item.id}/${line.start}`,
          cells: [
            <TextLink key="name" href={pageUrl(ROUTES.slos, item.id)} inline>
              {item.name}
            </TextLink>,
            periodText(line),
            <Met key="met" line={line} objective={item.objective} />,
            percentText(line.sli, digitsFor(item.objective)),
            budgetText(line.consumed),
            percentText(line.coverage, 1),
            <Costs key="costs" line={line} />,
          ],
        }))
      )}
    />
  );
}

function Met({ line: { met }, objective }: { line: SloReportLineShape; objective: string }) {
  const promise = `${objective}%`;
  if (met === null) {
    return <Badge color="darkgrey" text={t('slo-report.no-events', '{{- promise}}: no events', { promise })} />;
  }
  return met ? (
    <Badge color="green" icon="check" text={t('slo-report.kept', '{{- promise}}: met', { promise })} />
  ) : (
    <Badge color="red" icon="times" text={t('slo-report.missed', '{{- promise}}: missed', { promise })} />
  );
}

function Costs({ line: { incidents } }: { line: SloReportLineShape }) {
  return (
    <Stack direction="column" gap={0}>
      {incidents.map(({ number, title, spent }) => (
        <TextLink key={number} href={pageUrl(ROUTES.incidents, `INC-${number}`)} inline>
          {t('slo-report.cost', 'INC-{{- number}} {{- title}}: {{- spent}}', {
            number,
            title,
            spent: budgetText(spent),
          })}
        </TextLink>
      ))}
    </Stack>
  );
}

function periodText({ start, complete }: SloReportLineShape): string {
  const date = momentText(start, 'YYYY-MM-DD');
  return complete ? date : t('slo-report.running', '{{- date}} (not over)', { date });
}

function units(): Array<{ value: (typeof UNITS)[number]; label: string }> {
  return [
    { value: 'week', label: t('slo-report.week', 'Weeks') },
    { value: 'month', label: t('slo-report.month', 'Months') },
    { value: 'quarter', label: t('slo-report.quarter', 'Quarters') },
    { value: 'year', label: t('slo-report.year', 'Years') },
  ];
}
