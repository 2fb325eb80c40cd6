/** How long each severity waits for each thing; a dash, or an empty field, is for ever. */
import { t } from '@grafana/i18n';
import { Field, Input } from '@grafana/ui';
import { type PatienceShape } from '../../../api/types.gen';
import { problemAt } from '../../../components/FieldErrors';
import { PlainTable } from '../../../components/PlainTable';
import { SeverityBadge, severityText } from '../../../components/SeverityBadge';

type Wait = Exclude<keyof PatienceShape, 'severity'>;

interface WaitColumn {
  key: Wait;
  label: string;
  least: number;
}

const columns = (): WaitColumn[] => [
  { key: 'acknowledgeMinutes', label: t('reminders.acknowledge', 'Not acknowledged for (min)'), least: 1 },
  { key: 'updateMinutes', label: t('reminders.update', 'No update for (min)'), least: 1 },
  { key: 'followupDays', label: t('reminders.followup', 'Follow-up overdue for (days)'), least: 0 },
  { key: 'reportDays', label: t('reminders.report', 'No report after (days)'), least: 1 },
];

interface PatienceTableProps {
  severities: readonly PatienceShape[];
  /** Absent for those who may only read. */
  onChange?: (severities: PatienceShape[]) => void;
  error: Error | null;
}

export function PatienceTable({ severities, onChange, error }: PatienceTableProps) {
  const set = (index: number, key: Wait, value: number | null) =>
    onChange?.(severities.map((each, i) => (i === index ? { ...each, [key]: value } : each)));
  return (
    <PlainTable
      label={t('reminders.table', 'When people are reminded')}
      middle
      head={[t('reminders.severity', 'Severity'), ...columns().map(({ label }) => label)]}
      rows={severities.map((patience, index) => ({
        key: patience.severity,
        cells: [
          <SeverityBadge key="severity" severity={patience.severity} />,
          ...columns().map(({ key, label, least }) =>
            onChange ? (
              <Field key={key} noMargin {...problemAt(error, `severities.${index}.${key}`)}>
                <Input
                  type="number"
                  min={least}
                  width={12}
                  placeholder={t('reminders.never', 'never')}
                  aria-label={t('reminders.field', '{{- severity}}: {{- what}}', {
                    severity: severityText(patience.severity),
                    what: label,
                  })}
                  value={patience[key] ?? ''}
                  onChange={(event) => {
                    const { valueAsNumber } = event.currentTarget;
                    set(index, key, Number.isNaN(valueAsNumber) ? null : valueAsNumber);
                  }}
                />
              </Field>
            ) : (
              (patience[key] ?? '–')
            )
          ),
        ],
      }))}
    />
  );
}
