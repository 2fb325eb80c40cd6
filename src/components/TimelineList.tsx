/** What happened, in the order in which it happened, pinned entries marked; comments, and when anything happened, can be corrected. */
import { css, cx } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Badge, Button, ConfirmModal, Icon, IconButton, Stack, Text, useStyles2 } from '@grafana/ui';
import { type ReactNode, useState } from 'react';
import { type EntryPatch, type EntryShape } from '../api/types.gen';
import { EditEntry } from './EditEntry';
import { ENTRY_ICONS, entryTypeText } from './entryTypes';
import { Markdown } from './Markdown';
import { Moment, momentText } from './Moment';

interface TimelineListProps {
  entries: readonly EntryShape[];
  /** Absent for those who may only read. */
  onEdit?: (id: number, patch: EntryPatch) => void;
  onDelete?: (id: number) => void;
  /** What the entry said before. */
  renderHistory: (id: number) => ReactNode;
  /** The file that came with an entry; null when none did. */
  renderAttachment: (entry: EntryShape) => ReactNode;
}

export function TimelineList({ entries, ...rest }: TimelineListProps) {
  const styles = useStyles2(getStyles);
  const days = groupedByDay(entries);
  return (
    <div>
      {days.map(([day, of]) => (
        <section key={day} aria-label={day}>
          <div className={styles.day}>{day}</div>
          <ol className={styles.list}>
            {of.map((entry) => (
              <Entry key={entry.id} entry={entry} {...rest} />
            ))}
          </ol>
        </section>
      ))}
    </div>
  );
}

function groupedByDay(entries: readonly EntryShape[]): Array<[string, EntryShape[]]> {
  const days = new Map<string, EntryShape[]>();
  for (const entry of entries) {
    const day = momentText(entry.occurredAt, 'dddd, D MMMM YYYY');
    days.set(day, [...(days.get(day) ?? []), entry]);
  }
  return [...days];
}

/** Later than this after it happened, it is worth saying when it was learned of. */
const LATE = 60_000;

function Entry({
  entry,
  onEdit,
  onDelete,
  renderHistory,
  renderAttachment,
}: Omit<TimelineListProps, 'entries'> & { entry: EntryShape }) {
  const styles = useStyles2(getStyles);
  const [open, setOpen] = useState<'edit' | 'history' | 'delete' | null>(null);
  const comment = entry.type === 'comment';
  const attachment = renderAttachment(entry);
  // What a person says to a change of status, or to a file, is a comment too.
  const said = entry.type === 'status_change' || attachment !== null;
  const written = comment || (said && entry.author !== '' && entry.author !== 'system');
  const late = Date.parse(entry.recordedAt) - Date.parse(entry.occurredAt) > LATE;
  return (
    <li className={cx(styles.entry, entry.pinned && styles.pinned)}>
      <span className={styles.time}>
        <Moment at={entry.occurredAt} as="time" />
      </span>
      <span className={styles.icon} title={entryTypeText(entry.type)}>
        <Icon name={ENTRY_ICONS[entry.type]} aria-label={entryTypeText(entry.type)} />
      </span>
      <div className={styles.body}>
        <Stack gap={1} alignItems="baseline" wrap="wrap">
          {comment ? (
            <Text weight="medium">{entry.author || entry.source}</Text>
          ) : (
            <Text>{entry.title || entryTypeText(entry.type)}</Text>
          )}
          {entry.pinned && <Badge color="blue" icon="bookmark" text={t('timeline.pinned', 'Pinned')} />}
          {entry.public && <Badge color="green" icon="eye" text={t('timeline.public', 'Public')} />}
          {entry.deleted && <Text color="secondary">{t('timeline.deleted', 'deleted')}</Text>}
          <Text variant="bodySmall" color="secondary">
            {!comment && (entry.author || entry.source)}
            {late && ` ${t('timeline.late', '(recorded {{- when}})', { when: momentText(entry.recordedAt) })}`}
          </Text>
          {(entry.edited || entry.deleted) && (
            <Button
              size="sm"
              variant="secondary"
              fill="text"
              aria-expanded={open === 'history'}
              onClick={() => setOpen(open === 'history' ? null : 'history')}
            >
              {t('timeline.edited', 'edited')}
            </Button>
          )}
        </Stack>
        {open === 'edit' ? (
          <EditEntry
            entry={entry}
            onSave={(patch) => (setOpen(null), onEdit?.(entry.id, patch))}
            onCancel={() => setOpen(null)}
          />
        ) : (
          entry.description &&
          (written ? <Markdown text={entry.description} /> : <div className={styles.plain}>{entry.description}</div>)
        )}
        {attachment}
        {open === 'history' && renderHistory(entry.id)}
      </div>
      {onEdit && !entry.deleted && (
        <span className={styles.actions}>
          <IconButton
            name="bookmark"
            aria-pressed={entry.pinned}
            tooltip={entry.pinned ? t('timeline.unpin', 'Unpin') : t('timeline.pin', 'Pin')}
            onClick={() => onEdit(entry.id, { pinned: !entry.pinned })}
          />
          {comment && (
            <IconButton
              name={entry.public ? 'eye' : 'eye-slash'}
              aria-pressed={entry.public}
              tooltip={
                entry.public
                  ? t('timeline.make-internal', 'Public: part of the export for people outside. Make it internal')
                  : t('timeline.make-public', 'Internal. Make it public: part of the export for people outside')
              }
              onClick={() => onEdit(entry.id, { public: !entry.public })}
            />
          )}
          <IconButton
            name={comment ? 'pen' : 'clock-nine'}
            tooltip={comment ? t('timeline.edit', 'Edit comment') : t('timeline.move', 'Correct when it happened')}
            onClick={() => setOpen('edit')}
          />
          {comment && (
            <IconButton
              name="trash-alt"
              tooltip={t('timeline.delete', 'Delete comment')}
              onClick={() => setOpen('delete')}
            />
          )}
        </span>
      )}
      {open === 'delete' && (
        <ConfirmModal
          isOpen
          title={t('timeline.delete-title', 'Delete this comment?')}
          body={t('timeline.delete-why', 'It leaves the timeline; what it said stays in the history.')}
          confirmText={t('timeline.delete-do', 'Delete')}
          onConfirm={() => (setOpen(null), onDelete?.(entry.id))}
          onDismiss={() => setOpen(null)}
        />
      )}
    </li>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  day: css({
    padding: theme.spacing(1, 0),
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
  }),
  list: css({ listStyle: 'none', margin: 0, padding: 0 }),
  entry: css({
    display: 'grid',
    gridTemplateColumns: '64px 24px minmax(0, 1fr) auto',
    gap: theme.spacing(1),
    alignItems: 'start',
    padding: theme.spacing(1),
    borderTop: `1px solid ${theme.colors.border.weak}`,
    '&:hover': { background: theme.colors.action.hover },
  }),
  pinned: css({ background: theme.colors.background.secondary }),
  time: css({ color: theme.colors.text.secondary, fontVariantNumeric: 'tabular-nums' }),
  icon: css({ color: theme.colors.text.secondary }),
  body: css({ minWidth: 0, overflowWrap: 'anywhere' }),
  plain: css({ whiteSpace: 'pre-wrap', color: theme.colors.text.secondary }),
  actions: css({ display: 'flex', gap: theme.spacing(0.5) }),
});
