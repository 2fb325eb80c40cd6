/** Alerts as rows: what, about which service, where it went and why. */
import { css } from '@emotion/css';
import { t } from '@grafana/i18n';
import { Button, Text, TextLink, useStyles2 } from '@grafana/ui';
import { useNavigate } from 'react-router-dom';
import { usePromoteAlert } from '../../api/alerts';
import { type AlertShape } from '../../api/types.gen';
import { detailColumn, stateColumn, timeColumn } from '../../components/alertColumns';
import { type Column, VirtualTable } from '../../components/VirtualTable';
import { pageUrl, ROUTES } from '../../constants';
import { useInAddress } from '../../lib/inAddress';
import { AlertDrawer } from './AlertDrawer';

interface AlertTableProps {
  alerts: readonly AlertShape[];
  total: number;
  canEdit: boolean;
  onEnd: () => void;
}

export function AlertTable({ alerts, total, canEdit, onEnd }: AlertTableProps) {
  const navigate = useNavigate();
  const promote = usePromoteAlert();
  const [openedId, open] = useInAddress('alert');
  const opened = alerts.find(({ id }) => String(id) === openedId);
  const declare = (id: number) =>
    promote.mutate(id, { onSuccess: ({ number }) => void navigate(pageUrl(ROUTES.incidents, number)) });
  return (
    <>
      <VirtualTable
        label={t('all-alerts.table', 'Alerts')}
        columns={columnsOf(
          (id) => open(String(id)),
          canEdit && alerts.some(isLoose) ? declare : null,
          promote.isPending
        )}
        rows={alerts}
        rowKey={({ id }) => String(id)}
        rowHeight={64}
        total={total}
        onEnd={onEnd}
      />
      {opened && <AlertDrawer alert={opened} onClose={() => open('')} />}
    </>
  );
}

/** It fires, and nobody has it. */
const isLoose = ({ firing, incident }: AlertShape) => firing && !incident;

function columnsOf(
  open: (id: number) => void,
  declare: ((id: number) => void) | null,
  busy: boolean
): Array<Column<AlertShape>> {
  return [
    detailColumn(open),
    stateColumn(),
    {
      key: 'name',
      header: t('alerts.name', 'Alert'),
      width: 'minmax(200px, 2fr)',
      cell: ({ name, annotations }) => (
        <>
          {name}
          <Text element="p" color="secondary" variant="bodySmall" truncate>
            {(annotations.summary ?? annotations.description) || ' '}
          </Text>
        </>
      ),
    },
    {
      key: 'service',
      header: t('all-alerts.service', 'Service'),
      width: 'minmax(110px, 1fr)',
      cell: ({ labels }) => labels.service ?? labels.service_name ?? labels.app ?? labels.job ?? '–',
    },
    timeColumn(),
    {
      key: 'where',
      header: t('all-alerts.where', 'Where it went, and why'),
      width: 'minmax(220px, 3fr)',
      cell: (alert) => <Where {...alert} />,
    },
    ...(declare
      ? [
          {
            key: 'declare',
            header: '',
            width: '150px',
            cell: (alert: AlertShape) =>
              isLoose(alert) ? (
                <Button
                  size="sm"
                  variant="secondary"
                  disabled={busy}
                  aria-label={t('all-alerts.declare-for', 'Declare an incident for {{- name}}', { name: alert.name })}
                  onClick={() => declare(alert.id)}
                >
                  {t('all-alerts.declare', 'Declare incident')}
                </Button>
              ) : null,
          },
        ]
      : []),
  ];
}

/** Two lines at most, as a row is high; all of it on hover. */
function Where({ incident, reason, reasonText }: Pick<AlertShape, 'incident' | 'reason' | 'reasonText'>) {
  const styles = useStyles2(getStyles);
  return (
    <span className={styles.where} title={reasonText || reason}>
      {incident ? (
        <TextLink href={pageUrl(ROUTES.incidents, incident)} inline>
          {incident}
        </TextLink>
      ) : (
        <Text color="secondary">{t('all-alerts.no-incident', 'no incident')}</Text>
      )}{' '}
      {reasonText}
    </span>
  );
}

const getStyles = () => ({
  where: css({ display: '-webkit-box', WebkitBoxOrient: 'vertical', WebkitLineClamp: 2, overflow: 'hidden' }),
});
