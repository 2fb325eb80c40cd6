/** One line for each SLO: standing, objective, what was reached, budget, burn, and how fresh all that is. */
import { t } from '@grafana/i18n';
import { Icon, Stack, Text, TextLink, Tooltip, useTheme2 } from '@grafana/ui';
import { useWindows } from '../../api/maintenance';
import { SLO_STATUSES } from '../../api/slos';
import { type SloShape, type WindowShape } from '../../api/types.gen';
import { BudgetBar } from '../../components/BudgetBar';
import { Moment } from '../../components/Moment';
import { SloStatusBadge, sloStatusText, sloStatusTextColor } from '../../components/SloStatusBadge';
import { type Column, VirtualTable } from '../../components/VirtualTable';
import { pageUrl, ROUTES } from '../../constants';
import { digitsFor, percentText, rateText } from '../../lib/numbers';
import { silencing } from './silence/silences';

const NONE: readonly WindowShape[] = [];

interface SloTableProps {
  slos: readonly SloShape[];
  total: number;
  onEnd: () => void;
}

export function SloTable({ slos, total, onEnd }: SloTableProps) {
  const windows = useWindows().data ?? NONE;
  return (
    <VirtualTable
      label={t('slos.table', 'SLOs')}
      columns={columns(windows)}
      rows={slos}
      total={total}
      rowKey={(slo) => slo.id}
      rowHeight={60}
      onEnd={onEnd}
    />
  );
}

const columns = (windows: readonly WindowShape[]): Array<Column<SloShape>> => [
  {
    key: 'status',
    header: t('slos.status', 'Status'),
    width: '104px',
    cell: (slo) => <SloStatusBadge status={slo.status.status} />,
  },
  {
    key: 'name',
    header: t('slos.name', 'SLO'),
    width: 'minmax(150px, 2fr)',
    cell: (slo) => <Name slo={slo} isSilenced={silencing(slo, windows).length > 0} />,
  },
  {
    key: 'objective',
    header: t('slos.objective', 'Objective'),
    width: '112px',
    cell: (slo) => (
      <Stack direction="column" gap={0}>
        <Stack gap={1} alignItems="center">
          <Text>{`${slo.objective}%`}</Text>
          <FurtherNote slo={slo} />
        </Stack>
        <Text color="secondary" variant="bodySmall" truncate>
          {slo.windowText}
        </Text>
      </Stack>
    ),
  },
  {
    key: 'sli',
    header: t('slos.reached', 'Reached'),
    width: '84px',
    align: 'right',
    cell: (slo) => percentText(slo.status.window?.sli, digitsFor(slo.objective)),
  },
  {
    key: 'budget',
    header: t('slos.budget', 'Budget left'),
    width: 'minmax(124px, 1fr)',
    cell: (slo) => <BudgetBar remaining={slo.status.budget?.remaining ?? null} status={slo.status.status} />,
  },
  ...[3600, 6 * 3600].map((seconds) => ({
    key: `burn${seconds}`,
    header: t('slos.burn', 'Burn {{- hours}} h', { hours: seconds / 3600 }),
    width: '64px',
    align: 'right' as const,
    cell: (slo: SloShape) => rateText(slo.status.burnRates.find((each) => each.windowSeconds === seconds)?.burnRate),
  })),
  { key: 'fresh', header: t('slos.counted', 'Counted to'), width: '96px', cell: (slo) => <Freshness slo={slo} /> },
];

function Name({ slo, isSilenced }: { slo: SloShape; isSilenced: boolean }) {
  const silenced = t('slos.silenced', 'Its alerts are silenced');
  return (
    <Stack direction="column" gap={0}>
      <Stack gap={0.5} alignItems="center">
        <TextLink href={pageUrl(ROUTES.slos, slo.id)} inline={false} color="primary">
          {slo.name}
        </TextLink>
        {isSilenced && (
          <Tooltip content={silenced}>
            <span tabIndex={0} role="img" aria-label={silenced}>
              <Icon name="bell-slash" size="sm" />
            </span>
          </Tooltip>
        )}
      </Stack>
      <Text color="secondary" variant="bodySmall" truncate>
        {slo.owner ? `${slo.service} · ${slo.owner}` : slo.service}
      </Text>
    </Stack>
  );
}

/** That more is promised, and how the worst of that stands. */
function FurtherNote({ slo }: { slo: SloShape }) {
  const theme = useTheme2();
  const goals = slo.status.furtherObjectives ?? [];
  const worst = SLO_STATUSES.find((status) => goals.some((goal) => goal.status === status));
  if (!worst) {
    return null;
  }
  const lines = goals.map((goal) => `${goal.objective}%, ${goal.windowText}: ${sloStatusText(goal.status)}`);
  const label = t('slos.further', '+{{- number}}, worst: {{- status}}', {
    number: goals.length,
    status: sloStatusText(worst),
  });
  return (
    <Tooltip
      content={
        <>
          {lines.map((line) => (
            <div key={line}>{line}</div>
          ))}
        </>
      }
    >
      <span tabIndex={0} aria-label={label} style={{ color: sloStatusTextColor(worst, theme) }}>
        {`+${goals.length}`}
      </span>
    </Tooltip>
  );
}

/** The moment of the last good value, and why there is none newer. */
function Freshness({ slo }: { slo: SloShape }) {
  const { asOf, stale, staleReason, text, status } = slo.status;
  const why = stale ? staleReason : status === 'no_data' ? text : '';
  return (
    <Stack gap={0.5} alignItems="center">
      {asOf ? <Moment at={asOf} as="relative" /> : <Text color="secondary">{t('slos.never', 'never')}</Text>}
      {why && (
        <Tooltip content={why}>
          <span tabIndex={0} aria-label={why}>
            <Icon name="exclamation-triangle" />
          </span>
        </Tooltip>
      )}
    </Stack>
  );
}
