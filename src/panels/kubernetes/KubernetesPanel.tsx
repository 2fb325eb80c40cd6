/** The Kubernetes panel: pods of a service as they are now, those in trouble first. */
import { css } from '@emotion/css';
import { type GrafanaTheme2, type PanelProps } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Stack, Text, useStyles2 } from '@grafana/ui';
import { PanelState } from '../table/PanelState';
import { type KubernetesOptions, kubernetesOptions } from './options';
import { HealthIcon, healthText, PodRow } from './PodRow';
import { type Health, POD_COLUMNS, podsOf } from './pods';

const NARROW = 560;
const ORDER: readonly Health[] = ['bad', 'odd', 'good'];

export function KubernetesPanel({ data, options: stored, width, height }: PanelProps<KubernetesOptions>) {
  const styles = useStyles2(getStyles);
  const options = kubernetesOptions(stored);
  const showNode = options.showNode && width >= NARROW;
  return (
    <PanelState
      data={data}
      needed={POD_COLUMNS}
      query={t('query.type.pods', 'Kubernetes pods')}
      empty={t('panel.kubernetes.none', 'No pods of this service in this namespace')}
    >
      {(table) => {
        const { shown, more, counts } = podsOf(table, options);
        return (
          <div className={styles.scroll} style={{ width, height }} tabIndex={0} role="group">
            <Stack gap={2} wrap="wrap">
              {ORDER.filter((health) => counts[health] > 0).map((health) => (
                <Stack key={health} gap={0.5} alignItems="center">
                  <HealthIcon health={health} />
                  <Text weight="medium" tabular>
                    {counts[health]}
                  </Text>
                  <Text color="secondary" variant="bodySmall">
                    {healthText(health)}
                  </Text>
                </Stack>
              ))}
            </Stack>
            {shown.length === 0 ? (
              <Text element="p" color="secondary">
                {t('panel.kubernetes.all-well', 'No pod is in trouble')}
              </Text>
            ) : (
              <table className={styles.table} aria-label={t('panel.kubernetes.list', 'Pods')}>
                <thead>
                  <tr>
                    <th>
                      <span className={styles.unseen}>{t('panel.kubernetes.health', 'Health')}</span>
                    </th>
                    <th>{t('panel.kubernetes.pod', 'Pod')}</th>
                    <th>{t('panel.kubernetes.state', 'State')}</th>
                    <th className={styles.number}>{t('panel.kubernetes.ready', 'Ready')}</th>
                    <th className={styles.number}>{t('panel.kubernetes.restarts', 'Restarts')}</th>
                    {showNode && <th>{t('panel.kubernetes.node', 'Node')}</th>}
                    {showNode && <th className={styles.number}>{t('panel.kubernetes.age', 'Created')}</th>}
                  </tr>
                </thead>
                <tbody>
                  {shown.map((pod) => (
                    <PodRow key={`${pod.namespace}/${pod.name}`} pod={pod} showNode={showNode} />
                  ))}
                </tbody>
              </table>
            )}
            {more > 0 && (
              <Text element="p" variant="bodySmall" color="secondary">
                {t('panel.kubernetes.more', '{{- count}} more pods', {
                  count: more,
                  defaultValue_one: '{{- count}} more pod',
                })}
              </Text>
            )}
          </div>
        );
      }}
    </PanelState>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  scroll: css({ overflow: 'auto' }),
  table: css({
    width: '100%',
    '& th': {
      padding: theme.spacing(0.5, 1),
      textAlign: 'left',
      color: theme.colors.text.secondary,
      fontWeight: theme.typography.fontWeightMedium,
      fontSize: theme.typography.bodySmall.fontSize,
    },
  }),
  // For screen readers only.
  unseen: css({ position: 'absolute', width: 1, height: 1, overflow: 'hidden', clipPath: 'inset(50%)' }),
  number: css({ '&&': { textAlign: 'right' } }),
});
