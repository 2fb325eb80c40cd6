/** How long it lasts, and how long each step took; every moment can be corrected. */
import { css } from '@emotion/css';
import { dateTime, getTimeZone, type GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Alert, Button, DateTimePicker, Field, IconButton, Modal, Text, useStyles2 } from '@grafana/ui';
import { useState } from 'react';
import { type IncidentDetailShape, type Milestone } from '../../../api/types.gen';
import { Moment, momentText } from '../../../components/Moment';
import { RunningTime } from '../../../components/RunningTime';
import { formatSeconds } from '../../../lib/duration';
import { type Editor } from './useEditor';

const MILESTONES: readonly Milestone[] = ['started', 'detected', 'declared', 'acknowledged', 'mitigated', 'resolved'];

interface ClockProps {
  incident: IncidentDetailShape;
  editor: Editor;
  readOnly: boolean;
}

export function Clock({ incident, editor, readOnly }: ClockProps) {
  const styles = useStyles2(getStyles);
  const [open, setOpen] = useState(false);
  const { milestones, durations } = incident;
  const parts: Array<[string, string, number | null]> = [
    [
      t('clock.detected-after', 'Detected after'),
      t('clock.ttd-why', 'Time to detect (TTD): from the start until it was detected'),
      durations.detect,
    ],
    [
      t('clock.acknowledged-after', 'Acknowledged after'),
      t('clock.tta-why', 'Time to acknowledge (TTA): from the detection until somebody took it'),
      durations.acknowledge,
    ],
    [
      t('clock.mitigated-after', 'Mitigated after'),
      t('clock.ttm-why', 'Time to mitigate (TTM): from the start until users no longer felt it'),
      durations.mitigate,
    ],
    [
      t('clock.resolved-after', 'Resolved after'),
      t('clock.ttr-why', 'Time to resolve (TTR): from the start until it was over'),
      durations.resolve,
    ],
  ];
  return (
    <div className={styles.clock}>
      <div>
        <Text variant="bodySmall" color="secondary">
          {milestones.resolved ? t('clock.lasted', 'Lasted') : t('clock.lasting', 'Since it started')}
        </Text>
        <div className={styles.value}>
          <RunningTime from={milestones.started?.at} to={milestones.resolved?.at} />
        </div>
      </div>
      {parts.map(([name, why, seconds]) => (
        <div key={name} title={why}>
          <Text variant="bodySmall" color="secondary">
            {name}
          </Text>
          <div className={styles.value}>{formatSeconds(seconds)}</div>
        </div>
      ))}
      <div>
        <Text variant="bodySmall" color="secondary">
          {t('clock.started', 'Started')}
        </Text>
        <div className={styles.moment}>
          <Moment at={milestones.started?.at} />
        </div>
      </div>
      <div className={styles.more}>
        <IconButton
          name="clock-nine"
          tooltip={readOnly ? t('clock.show', 'Show all moments') : t('clock.edit', 'Show and correct all moments')}
          onClick={() => setOpen(true)}
        />
      </div>
      {open && <Moments incident={incident} editor={editor} readOnly={readOnly} onClose={() => setOpen(false)} />}
    </div>
  );
}

function Moments({ incident, editor, readOnly, onClose }: ClockProps & { onClose: () => void }) {
  // What the person saw when the dialog opened; somebody else's correction meanwhile is a conflict.
  const [seen] = useState(incident);
  const [changed, setChanged] = useState<Record<string, string>>({});
  const save = async () => {
    if (await editor.edit({ milestones: changed }, seen)) {
      onClose();
    }
  };
  return (
    <Modal isOpen title={t('clock.title', 'Moments of {{- number}}', { number: incident.number })} onDismiss={onClose}>
      {editor.error && (
        <Alert severity="error" title={t('clock.refused', 'These moments cannot be')}>
          {editor.error.message}
        </Alert>
      )}
      {MILESTONES.map((name) => {
        const stamp = seen.milestones[name];
        const at = changed[name] ?? stamp?.at;
        const by = stamp?.by && t('clock.by', 'set by {{- who}}', { who: stamp.by });
        return (
          <Field key={name} label={milestoneText(name)} description={by ?? ''} htmlFor={`milestone-${name}`}>
            {readOnly || !at ? (
              <Text>{at ? momentText(at) : t('clock.not-reached', 'not reached')}</Text>
            ) : (
              <DateTimePicker
                date={dateTime(at)}
                timeZone={getTimeZone()}
                maxDate={new Date()}
                onChange={(date) => date && setChanged((before) => ({ ...before, [name]: date.toISOString() }))}
              />
            )}
          </Field>
        );
      })}
      {incident.episodes.length > 0 && (
        <Text color="secondary">
          {t('clock.episodes', 'Reopened {{- count}} times; the first run began {{- when}}', {
            count: incident.episodes.length,
            when: momentText(incident.episodes[0]?.started),
            defaultValue_one: 'Reopened once; the first run began {{- when}}',
          })}
        </Text>
      )}
      <Modal.ButtonRow>
        <Button variant="secondary" onClick={onClose}>
          {t('clock.close', 'Close')}
        </Button>
        {!readOnly && (
          <Button disabled={editor.busy || Object.keys(changed).length === 0} onClick={() => void save()}>
            {t('clock.save', 'Save')}
          </Button>
        )}
      </Modal.ButtonRow>
    </Modal>
  );
}

function milestoneText(name: Milestone): string {
  const texts: Record<Milestone, string> = {
    started: t('milestone.started', 'Started'),
    detected: t('milestone.detected', 'Detected'),
    declared: t('milestone.declared', 'Declared'),
    acknowledged: t('milestone.acknowledged', 'Acknowledged'),
    mitigated: t('milestone.mitigated', 'Mitigated'),
    resolved: t('milestone.resolved', 'Resolved'),
  };
  return texts[name];
}

/** All numbers of the clock stand on one line, whatever their size. */
const LINE = 24;

const getStyles = (theme: GrafanaTheme2) => ({
  clock: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'flex-end', gap: theme.spacing(1, 4) }),
  moment: css({ display: 'flex', alignItems: 'center', minHeight: LINE }),
  more: css({ display: 'flex', alignItems: 'center', minHeight: LINE, marginLeft: theme.spacing(-3) }),
  value: css({
    fontSize: theme.typography.h4.fontSize,
    lineHeight: `${LINE}px`,
    fontWeight: theme.typography.fontWeightMedium,
    fontVariantNumeric: 'tabular-nums',
  }),
});
