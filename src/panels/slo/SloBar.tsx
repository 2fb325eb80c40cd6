/** One SLO as a row: its budget as a bar. */
import { css } from '@emotion/css';
import { type DisplayProcessor, type GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Text, TextLink, useStyles2 } from '@grafana/ui';
import { SloStatusBadge } from '../../components/SloStatusBadge';
import { rateText } from '../../lib/numbers';
import { oneLine } from '../table/oneLine';
import { objectiveText, reachedText, shown } from './numbers';
import { type Slo, sloUrl } from './slos';

interface Props {
  slo: Slo;
  budget: DisplayProcessor;
  /** Only the name, the bar and the number fit. */
  isNarrow: boolean;
  hasDetails: boolean;
}

export function SloBar({ slo, budget, isNarrow, hasDetails }: Props) {
  const styles = useStyles2(getStyles);
  const left = shown(slo.budget, budget);
  const share = Math.min(1, Math.max(0, slo.budget ?? 0));
  const isFull = hasDetails && !isNarrow;
  return (
    <div className={isFull ? styles.full : styles.row} title={slo.reason}>
      <div className={styles.name} title={slo.name}>
        <TextLink href={sloUrl(slo)} color="primary" inline={false} variant="bodySmall">
          {slo.name}
        </TextLink>
      </div>
      <div
        className={styles.track}
        role="meter"
        aria-label={t('panel.slo.meter', '{{- name}}: error budget left', {
          name: slo.name,
        })}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(share * 100)}
        aria-valuetext={left}
      >
        <div className={styles.fill} style={{ width: `${share * 100}%`, background: budget(slo.budget).color }} />
      </div>
      <Text variant="bodySmall" tabular textAlignment="right" color={(slo.budget ?? 1) <= 0 ? 'error' : 'primary'}>
        {left}
      </Text>
      {isFull && (
        <>
          <Text variant="bodySmall" color="secondary" tabular>
            {`${reachedText(slo.sli, slo.objective)} / ${objectiveText(slo.objective)}`}
          </Text>
          <Text variant="bodySmall" color="secondary" tabular>
            {rateText(slo.burn)}
          </Text>
          <div>
            <SloStatusBadge status={slo.status} />
          </div>
        </>
      )}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => {
  const row = {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 2fr) minmax(40px, 3fr) 72px',
    gap: theme.spacing(1),
    alignItems: 'center',
  };
  return {
    row: css(row),
    full: css({ ...row, gridTemplateColumns: 'minmax(0, 2fr) minmax(40px, 3fr) 72px 160px 48px 100px' }),
    name: css(oneLine),
    track: css({
      height: 10,
      borderRadius: theme.shape.radius.pill,
      background: theme.colors.border.weak,
      overflow: 'hidden',
    }),
    fill: css({ height: '100%' }),
  };
};
