/** Columns that every table of alerts has. */
import { t } from '@grafana/i18n';
import { Badge, Text } from '@grafana/ui';
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
