/** What the verdict of a rollout rests on: which pods were compared, when, on how much, and how they differ. */
import { t } from '@grafana/i18n';
import { Stack, Text } from '@grafana/ui';
import {
  type RolloutBasis,
  type ComparedShape,
  type MeasureShape,
  type Shift,
  type RolloutMeasure,
} from '../../api/types.gen';
import { Disclosure } from '../../components/Disclosure';
import { Moment } from '../../components/Moment';
import { PlainTable } from '../../components/PlainTable';
import { countText } from '../../lib/numbers';
import { valueText } from '../../lib/units';
import { AskedQuery } from '../incidents/tabs/AskedQuery';

const UNITS: Record<RolloutMeasure, string> = {
  error_percent: '%',
  p95_ms: 'ms',
  cores_per_pod: 'cores',
  mib_per_pod: 'MiB',
};

export function RolloutCompared({ of, compared }: { of: string; compared: ComparedShape }) {
  const { basis, why, old, new: fresh, measures } = compared;
  const sides = [
    { key: 'old', name: t('compared.old', 'Old'), side: old },
    { key: 'new', name: t('compared.new', 'New'), side: fresh },
  ];
  return (
    <Disclosure label={basisText(basis)}>
      <Stack direction="column" gap={1}>
        {why && (
          <Text variant="bodySmall" color="secondary">
            {t('compared.why', 'No closer comparison: {{- why}}', { why })}
          </Text>
        )}
        <PlainTable
          label={t('compared.measures', 'How both versions did: {{- version}}', { version: of })}
          head={[
            t('compared.measure', 'Measure'),
            t('compared.old', 'Old'),
            t('compared.new', 'New'),
            t('compared.limits', 'New minus old, 99% limits'),
            t('compared.samples', 'Samples'),
            t('compared.shift', 'Result'),
          ]}
          rows={measures.map((each) => ({ key: each.what, cells: measureCells(each) }))}
        />
        <PlainTable
          label={t('compared.windows', 'When they were measured: {{- version}}', { version: of })}
          head={[
            t('compared.version', 'Version'),
            t('compared.from', 'From'),
            t('compared.to', 'To'),
            t('compared.requests', 'Requests'),
            t('compared.pods-measured', 'Pods'),
            t('compared.queries', 'Queries'),
          ]}
          rows={sides.map(({ key, name, side }) => ({
            key,
            cells: [
              name,
              <Moment key="from" at={side.start} />,
              <Moment key="to" at={side.end} />,
              countText(side.requests && Math.round(side.requests)),
              countText(side.pods || null),
              <Stack key="queries" direction="column" gap={0.5}>
                {side.queries.map((query) => (
                  <div key={query}>
                    <AskedQuery query={query} span={{ from: side.start, to: side.end }} width={240} />
                  </div>
                ))}
              </Stack>,
            ],
          }))}
        />
      </Stack>
    </Disclosure>
  );
}

function measureCells({ what, shift, old, new: fresh, low, high, samplesOld, samplesNew }: MeasureShape): string[] {
  const unit = UNITS[what];
  const limits = low === null ? '–' : `${valueText(low, unit)} … ${valueText(high, unit)}`;
  const samples = `${countText(samplesOld)} · ${countText(samplesNew)}`;
  return [whatText(what), valueText(old, unit), valueText(fresh, unit), limits, samples, shiftText(shift)];
}

function basisText(basis: RolloutBasis): string {
  const texts: Record<RolloutBasis, string> = {
    pods_side_by_side: t('compared.side-by-side', 'New pods beside old pods'),
    pods_before_after: t('compared.pods', 'New pods after, old pods before'),
    service_before_after: t('compared.service', 'The service after and before'),
  };
  return texts[basis];
}

function whatText(what: RolloutMeasure): string {
  const texts: Record<RolloutMeasure, string> = {
    error_percent: t('compared.errors', 'Failed requests'),
    p95_ms: t('compared.p95', '95th percentile'),
    cores_per_pod: t('compared.cores', 'Processor per pod'),
    mib_per_pod: t('compared.memory', 'Memory per pod'),
  };
  return texts[what];
}

function shiftText(shift: Shift): string {
  const texts: Record<Shift, string> = {
    higher: t('compared.higher', 'Higher'),
    lower: t('compared.lower', 'Lower'),
    alike: t('compared.alike', 'No clear difference'),
    too_few: t('compared.too-few', 'Too few requests'),
    no_data: t('compared.no-data', 'No data'),
  };
  return texts[shift];
}
