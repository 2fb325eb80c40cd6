/** The alerts of the incident, each with the reason why it belongs here; some can be split off. */
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Alert, Button, Checkbox, Stack, Text, TextLink, useStyles2 } from '@grafana/ui';
import { useState } from 'react';
import { useNavigate } from 'react-router-dom';
import { useSplitIncident } from '../../../api/incidents';
import { type AlertShape } from '../../../api/types.gen';
import { LabelBadge } from '../../../components/LabelBadge';
import { detailColumn, stateColumn, timeColumn } from '../../../components/alertColumns';
import { NothingState } from '../../../components/StateView';
import { type Column, VirtualTable } from '../../../components/VirtualTable';
import { pageUrl, ROUTES } from '../../../constants';
import { useInAddress } from '../../../lib/inAddress';
import { webUrl } from '../../../lib/links';
import { AlertDrawer } from '../../alerts/AlertDrawer';
import { type TabProps } from './tabs';

export function Alerts({ incident, readOnly }: TabProps) {
  const navigate = useNavigate();
  const split = useSplitIncident(incident.number);
  const [chosen, setChosen] = useState<readonly number[]>([]);
  const [openedId, open] = useInAddress('alert');
  const { alerts } = incident;
  const opened = alerts.find(({ id }) => String(id) === openedId);
  if (alerts.length === 0) {
    return (
      <NothingState message={t('alerts.none', 'No alert belongs to this incident')}>
        {t('alerts.none-next', 'It was declared by a person.')}
      </NothingState>
    );
  }
  const toggle = (id: number) =>
    setChosen((before) => (before.includes(id) ? before.filter((each) => each !== id) : [...before, id]));
  const firing = alerts.filter((each) => each.firing).length;
  return (
    <Stack direction="column" gap={2}>
      {split.error && (
        <Alert severity="error" title={t('alerts.refused', 'The alerts were not split off')}>
          {split.error.message}
        </Alert>
      )}
      <Stack justifyContent="space-between" alignItems="center" minHeight="32px">
        <Text color="secondary">
          {t('alerts.count', '{{- firing}} of {{- all}} fire', { firing, all: alerts.length })}
        </Text>
        {!readOnly && (
          <Button
            size="sm"
            variant="secondary"
            icon="code-branch"
            disabled={chosen.length === 0 || chosen.length === alerts.length || split.isPending}
            tooltip={t('alerts.split-why', 'Moves the chosen alerts into a new incident; at least one stays')}
            onClick={() =>
              split.mutate(
                { alerts: [...chosen] },
                { onSuccess: ({ number }) => void navigate(pageUrl(ROUTES.incidents, number)) }
              )
            }
          >
            {t('alerts.split', 'Split off ({{- count}})', { count: chosen.length })}
          </Button>
        )}
      </Stack>
      <VirtualTable
        label={t('alerts.table', 'Alerts')}
        columns={columnsOf((id) => open(String(id)), readOnly ? null : { chosen, toggle })}
        rows={alerts}
        rowKey={({ id }) => String(id)}
        rowHeight={72}
      />
      {opened && <AlertDrawer alert={opened} onClose={() => open('')} />}
    </Stack>
  );
}

function columnsOf(
  open: (id: number) => void,
  choice: { chosen: readonly number[]; toggle: (id: number) => void } | null
): Array<Column<AlertShape>> {
  const check: Column<AlertShape> = {
    key: 'check',
    header: '',
    width: '16px',
    cell: ({ id, name }) => (
      <Checkbox
        aria-label={t('alerts.choose', 'Choose {{- name}}', { name })}
        value={choice?.chosen.includes(id) ?? false}
        onChange={() => choice?.toggle(id)}
      />
    ),
  };
  return [
    ...(choice ? [check] : []),
    detailColumn(open),
    stateColumn(),
    {
      key: 'name',
      header: t('alerts.name', 'Alert'),
      width: 'minmax(200px, 2fr)',
      cell: ({ name, annotations, generatorUrl }) => {
        const url = webUrl(generatorUrl);
        const summary = annotations.summary ?? annotations.description ?? '';
        return (
          <span title={summary}>
            {url ? (
              <TextLink href={url} external>
                {name}
              </TextLink>
            ) : (
              name
            )}
            <Text element="p" color="secondary" variant="bodySmall" truncate>
              {summary || ' '}
            </Text>
          </span>
        );
      },
    },
    {
      key: 'reason',
      header: t('alerts.reason', 'Why it is here'),
      width: 'minmax(180px, 2fr)',
      cell: ({ reason, reasonText }) => <Reason text={reasonText || reason} />,
    },
    timeColumn(),
    {
      key: 'labels',
      header: t('alerts.labels', 'Labels'),
      width: 'minmax(160px, 2fr)',
      cell: ({ labels }) => <Labels labels={labels} />,
    },
  ];
}

/** Two lines of labels, as a row is high; the drawer has all of them. */
function Labels({ labels }: Pick<AlertShape, 'labels'>) {
  const styles = useStyles2(getStyles);
  const shown = Object.entries(labels).filter(([name]) => name !== 'alertname');
  return (
    <div className={styles.labels} title={shown.map(([name, value]) => `${name}=${value}`).join('\n')}>
      {shown.map(([name, value]) => (
        <LabelBadge key={name} name={name} value={value} />
      ))}
    </div>
  );
}

/** As much as the row has room for; all of it to who points at it. */
function Reason({ text }: { text: string }) {
  const styles = useStyles2(getStyles);
  return (
    <span className={styles.reason} title={text}>
      {text}
    </span>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  labels: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(0.5), maxHeight: 54, overflow: 'hidden' }),
  reason: css({ display: '-webkit-box', WebkitLineClamp: 2, WebkitBoxOrient: 'vertical', overflow: 'hidden' }),
});
