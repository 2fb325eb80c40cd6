/** The SLO panel: error budgets of the rows of “SLO status”, as gauges or as bars. */
import { type GrafanaTheme2, type PanelProps } from '@grafana/data';
import { css } from '@emotion/css';
import { t } from '@grafana/i18n';
import { useStyles2, useTheme2 } from '@grafana/ui';
import { pageUrl } from '../../constants';
import { More } from '../table/More';
import { PanelState } from '../table/PanelState';
import { SloBar } from './SloBar';
import { SloCard } from './SloCard';
import { type SloOptions, sloOptions } from './options';
import { processorOf } from './numbers';
import { SLO_COLUMNS, slosOf } from './slos';

const CARD_WIDTH = 168;
/** Pixels that the name and the badges of a card take, its details, its course. */
const [BESIDES, DETAILS, COURSE] = [100, 40, 30];
/** A gauge that is smaller than this gives its details up first. */
const GAUGE = 90;
/** Below this height a gauge would be too small to read. */
const LOW = 150;

export function SloPanel({ data, options: stored, width, height }: PanelProps<SloOptions>) {
  const theme = useTheme2();
  const styles = useStyles2(getStyles);
  const options = sloOptions(stored);
  return (
    <PanelState
      data={data}
      needed={SLO_COLUMNS}
      query={t('query.type.slo-status', 'SLO status')}
      empty={t('panel.slo.none', 'No SLO matches')}
    >
      {(table) => {
        const { shown, more } = slosOf(table, data.series, options);
        const budget = processorOf(table.field('budget_remaining'), theme);
        const asBars = options.display === 'bars' || height < LOW || width < CARD_WIDTH;
        const columns = Math.max(1, Math.min(shown.length, Math.floor(width / CARD_WIDTH)));
        const hasDetails = options.showDetails && (asBars || height >= BESIDES + DETAILS + GAUGE);
        const hasCourses = shown.some((slo) => slo.course.length > 1);
        const besides = BESIDES + (hasDetails ? DETAILS : 0) + (hasCourses ? COURSE : 0);
        const size = Math.max(64, Math.min(width / columns - 32, height - besides, 180));
        return (
          <div className={styles.scroll} style={{ width, height }}>
            <ul
              className={asBars ? styles.bars : styles.cards}
              style={asBars ? undefined : { gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}
              aria-label={t('panel.slo.list', 'SLOs')}
            >
              {shown.map((slo) => (
                <li key={slo.id} className={styles.item}>
                  {asBars ? (
                    <SloBar slo={slo} budget={budget} isNarrow={width < 480} hasDetails={hasDetails} />
                  ) : (
                    <SloCard slo={slo} budget={budget} size={size} hasDetails={hasDetails} />
                  )}
                </li>
              ))}
            </ul>
            <More count={more} href={pageUrl('slos')} />
          </div>
        );
      }}
    </PanelState>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  scroll: css({ overflow: 'auto' }),
  cards: css({ display: 'grid', gap: theme.spacing(1), listStyle: 'none', margin: 0, padding: 0 }),
  bars: css({
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(0.75),
    listStyle: 'none',
    margin: 0,
    padding: 0,
  }),
  item: css({ minWidth: 0 }),
});
