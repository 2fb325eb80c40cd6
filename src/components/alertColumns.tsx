/** Columns that every table of alerts has. */
import { t } from '@grafana/i18n';
import { Badge, IconButton, Text } from '@grafana/ui';
import { type AlertShape } from '../api/types.gen';
import { Moment } from './Moment';
import { type Column } from './VirtualTable';

/** Whether it fires. */
export function stateColumn(): Column<AlertShape> {
  return {
    key: 'state',
    header: t('alerts.state', 'State'),
    width: '84px',
    cell: ({ firing }) =>
      firing ? (
        <Badge color="red" text={t('alerts.firing', 'firing')} />
      ) : (
        <Badge color="green" text={t('alerts.over', 'over')} />
      ),
  };
}

/** Opens all that is known of it. */
export function detailColumn(open: (id: number) => void): Column<AlertShape> {
  return {
    key: 'detail',
    header: '',
    width: '24px',
    cell: (alert) => (
      <IconButton
        name="info-circle"
        tooltip={
          alert.identity
            ? t('alerts.detail-members', 'Details of {{- name}}, and the alerts that are this one', {
                name: alert.name,
              })
            : t('alerts.detail', 'Details of {{- name}}', { name: alert.name })
        }
        onClick={() => open(alert.id)}
      />
    ),
  };
}

/** From when, and until when. */
export function timeColumn(): Column<AlertShape> {
  return {
    key: 'time',
    header: t('alerts.time', 'From, to'),
    width: '170px',
    cell: ({ startsAt, endsAt }) => (
      <>
        <Moment at={startsAt} />
        <br />
        {endsAt ? <Moment at={endsAt} /> : <Text color="secondary">{t('alerts.still', 'until now')}</Text>}
      </>
    ),
  };
}
