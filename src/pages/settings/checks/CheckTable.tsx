/** Checks with what can be done about each. */
import { t } from '@grafana/i18n';
import { Badge, Button, Stack, Switch, Text } from '@grafana/ui';
import { useForgetCheck, useSwitchCheck } from '../../../api/checks';
import { type CheckShape } from '../../../api/types.gen';
import { Disclosure } from '../../../components/Disclosure';
import { PlainTable } from '../../../components/PlainTable';
import { precisionText } from '../../../components/precision';
import { RowButtons } from '../RowButtons';
import { conditionText, sourceText } from './words';

interface CheckTableProps {
  checks: readonly CheckShape[];
  /** Absent for those who may only read. */
  onEdit?: (check: CheckShape) => void;
}

export function CheckTable({ checks, onEdit }: CheckTableProps) {
  return (
    <PlainTable
      label={t('checks.label', 'Checks')}
      head={[
        t('checks.check', 'Check'),
        t('checks.source', 'Source'),
        t('checks.finds', 'Finds something when'),
        t('checks.precision', 'Was right'),
        t('checks.on', 'In use'),
        ...(onEdit ? [''] : []),
      ]}
      rows={checks.map((each) => ({
        key: each.id,
        cells: [
          <About key="about" check={each} />,
          sourceText(each.source),
          conditionText(each),
          <span key="precision" style={{ whiteSpace: 'nowrap' }}>
            {precisionText(each.precision)}
          </span>,
          onEdit ? <OnOff key="on" check={each} /> : each.enabled ? t('checks.yes', 'yes') : t('checks.no', 'no'),
          ...(onEdit ? [<Actions key="do" check={each} onEdit={onEdit} />] : []),
        ],
      }))}
    />
  );
}

function About({ check }: { check: CheckShape }) {
  return (
    <Stack direction="column" gap={0}>
      <Stack alignItems="center" gap={1} wrap="wrap">
        <Text weight="medium">{check.title}</Text>
        {check.custom && <Badge color="blue" text={t('checks.own', 'own')} />}
        {check.tuned && !check.custom && <Badge color="purple" text={t('checks.tuned', 'tuned')} />}
      </Stack>
      {check.query && (
        <Disclosure label={t('checks.query', 'What it asks')}>
          <code>{check.query}</code>
        </Disclosure>
      )}
    </Stack>
  );
}

function OnOff({ check }: { check: CheckShape }) {
  const change = useSwitchCheck();
  return (
    <Switch
      aria-label={t('checks.switch', 'Use {{- title}}', { title: check.title })}
      value={check.enabled}
      disabled={change.isPending}
      onChange={() => change.mutate(check)}
    />
  );
}

function Actions({ check, onEdit }: { check: CheckShape; onEdit: (check: CheckShape) => void }) {
  const forget = useForgetCheck();
  const tunable = check.custom || check.threshold !== null;
  return (
    <RowButtons
      name={check.title}
      {...(tunable && { onEdit: () => onEdit(check) })}
      {...(check.custom && { onDelete: () => forget.mutate(check.id) })}
    >
      {check.tuned && !check.custom && (
        <Button
          size="sm"
          variant="secondary"
          fill="text"
          aria-label={t('checks.as-shipped-name', 'As it ships: {{- title}}', { title: check.title })}
          onClick={() => forget.mutate(check.id)}
        >
          {t('checks.as-shipped', 'As it ships')}
        </Button>
      )}
    </RowButtons>
  );
}
