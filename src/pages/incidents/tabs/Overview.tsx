/** Why, what happened, and what is written about it. */
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { Stack, useStyles2 } from '@grafana/ui';
import { LoadingState, StateView } from '../../../components/StateView';
import { Parts } from '../workspace/Family';
import { Signals } from './Causes';
import { Details } from './Details';
import { Investigated } from './Investigated';
import { type TabProps } from './tabs';
import { Timeline } from './Timeline';

export function Overview({ incident, investigation, span, editor, readOnly, people, me }: TabProps) {
  const styles = useStyles2(getStyles);
  const { data: known, error } = investigation;
  const isAwaited = known ? !known.answer && Boolean(known.running) : known === undefined && !error;
  return (
    <div className={styles.columns}>
      <Stack direction="column" gap={3} minWidth={0}>
        <div className={isAwaited ? styles.room : undefined}>
          <StateView query={investigation} loading={<LoadingState lines={4} />}>
            {(found) =>
              found && (found.answer ?? found.running) ? (
                <Investigated investigation={found} span={span} />
              ) : (
                incident.correlations.length > 0 && <Signals signals={incident.correlations} />
              )
            }
          </StateView>
        </div>
        <Parts incident={incident} readOnly={readOnly} />
        <Timeline number={incident.number} readOnly={readOnly} />
      </Stack>
      <Details incident={incident} editor={editor} readOnly={readOnly} people={people} me={me} />
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  // Room for the causes: the timeline does not come into view only to be pushed out of it.
  room: css({ minHeight: '65vh' }),
  columns: css({
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr) 280px',
    gap: theme.spacing(4),
    [theme.breakpoints.down('lg')]: { gridTemplateColumns: 'minmax(0, 1fr)' },
  }),
});
