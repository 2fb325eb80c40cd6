/** One pod as a row of the table. */
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Icon, type IconName, Text, useStyles2 } from '@grafana/ui';
import { Moment } from '../../components/Moment';
import { type Health, type Pod } from './pods';

const ICONS: Record<Health, IconName> = { bad: 'times-circle', odd: 'exclamation-triangle', good: 'check-circle' };

export function healthText(health: Health): string {
  const texts: Record<Health, string> = {
    bad: t('panel.kubernetes.bad', 'in trouble'),
    odd: t('panel.kubernetes.odd', 'worth a look'),
    good: t('panel.kubernetes.good', 'well'),
  };
  return texts[health];
}

export function HealthIcon({ health }: { health: Health }) {
  const styles = useStyles2(getStyles);
  return <Icon name={ICONS[health]} className={styles[health]} title={healthText(health)} />;
}

export function PodRow({ pod, showNode }: { pod: Pod; showNode: boolean }) {
  const styles = useStyles2(getStyles);
  const fullName = [pod.namespace, pod.name].join('/');
  return (
    <tr className={styles.row}>
      <td>
        <HealthIcon health={pod.health} />
      </td>
      <td className={styles.name} title={fullName}>
        {pod.name}
      </td>
      <td>
        <Text variant="bodySmall" color={pod.trouble === '' ? 'secondary' : 'error'}>
          {pod.trouble || pod.phase}
        </Text>
      </td>
      <td className={styles.number}>{`${pod.ready}/${pod.containers}`}</td>
      <td className={styles.number} title={pod.lastExit || undefined}>
        {pod.restarts}
      </td>
      {showNode && <td className={styles.name}>{pod.node}</td>}
      {showNode && (
        <td className={styles.number}>
          <Moment at={pod.createdAt} as="relative" />
        </td>
      )}
    </tr>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  row: css({
    borderBottom: `1px solid ${theme.colors.border.weak}`,
    fontSize: theme.typography.bodySmall.fontSize,
    '& td': { padding: theme.spacing(0.5, 1) },
  }),
  name: css({ maxWidth: 0, width: '30%', overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }),
  number: css({ textAlign: 'right', whiteSpace: 'nowrap', fontVariantNumeric: 'tabular-nums' }),
  bad: css({ color: theme.colors.error.text }),
  odd: css({ color: theme.colors.warning.text }),
  good: css({ color: theme.colors.success.text }),
});
