/** Expect a signal, or change what is expected. */
import { t } from '@grafana/i18n';
import { Field, Input, Switch, TextArea } from '@grafana/ui';
import { useState } from 'react';
import { useSaveHeartbeat } from '../../../api/heartbeats';
import { type HeartbeatInput, type HeartbeatShape } from '../../../api/types.gen';
import { problemAt } from '../../../components/FieldErrors';
import { MatchersField } from '../../../components/MatchersField';
import { LevelPicker } from '../../../components/LevelPicker';
import { knownLevel, useLevels } from '../../../components/levels';
import { pairsOf, pairsText } from '../../../lib/lines';
import { FormDrawer } from '../FormDrawer';
import { NumberField } from '../NumberField';

interface HeartbeatDrawerProps {
  /** Null for a new one. */
  heartbeat: HeartbeatShape | null;
  onClose: () => void;
}

export function HeartbeatDrawer({ heartbeat, onClose }: HeartbeatDrawerProps) {
  const save = useSaveHeartbeat();
  const [name, setName] = useState(heartbeat?.name ?? '');
  const [draft, setDraft] = useState<HeartbeatInput>(() => draftOf(heartbeat));
  const [labels, setLabels] = useState(pairsText(draft.labels ?? {}));
  const levels = useLevels();
  const change = (part: Partial<HeartbeatInput>) => setDraft((before) => ({ ...before, ...part }));
  return (
    <FormDrawer
      title={heartbeat ? heartbeat.title : t('heartbeat.new', 'New heartbeat')}
      subtitle={t('heartbeat.subtitle', 'A signal that has to come again and again')}
      onClose={onClose}
      error={save.error}
      ready={name !== '' && draft.title.trim() !== ''}
      busy={save.isPending}
      onSubmit={() =>
        save.mutate(
          { name, body: { ...draft, ...knownLevel(levels, draft), labels: pairsOf(labels) } },
          { onSuccess: onClose }
        )
      }
    >
      <Field
        label={t('heartbeat.name', 'Name in its address')}
        description={t('heartbeat.name-hint', 'Small letters, digits, - and _')}
        required
        {...problemAt(save.error, 'name')}
      >
        <Input value={name} disabled={heartbeat !== null} onChange={(event) => setName(event.currentTarget.value)} />
      </Field>
      <Field label={t('heartbeat.title', 'Title')} required {...problemAt(save.error, 'title')}>
        <Input value={draft.title} onChange={(event) => change({ title: event.currentTarget.value })} />
      </Field>
      <NumberField
        label={t('heartbeat.interval', 'Comes every (seconds)')}
        min={10}
        value={draft.intervalSeconds}
        onChange={(intervalSeconds) => change({ intervalSeconds })}
        problem={problemAt(save.error, 'intervalSeconds')}
      />
      <NumberField
        label={t('heartbeat.grace', 'May be late by (seconds)')}
        value={draft.graceSeconds}
        onChange={(graceSeconds) => change({ graceSeconds })}
        problem={problemAt(save.error, 'graceSeconds')}
      />
      <Field label={t('heartbeat.service', 'Service')} {...problemAt(save.error, 'service')}>
        <Input value={draft.service ?? ''} onChange={(event) => change({ service: event.currentTarget.value })} />
      </Field>
      <Field label={t('heartbeat.severity', 'Severity of the incident')} {...problemAt(save.error, 'level')}>
        <LevelPicker
          label={t('heartbeat.severity', 'Severity of the incident')}
          value={{ severity: draft.severity ?? 'high', level: draft.level ?? '' }}
          onChange={change}
        />
      </Field>
      <MatchersField
        label={t('heartbeat.matchers', 'An alert with all of these labels is the signal')}
        description={t('heartbeat.matchers-hint', 'None means that only calls of its address count.')}
        matchers={draft.matchers ?? []}
        onChange={(matchers) => change({ matchers })}
        error={save.error}
      />
      <Field
        label={t('heartbeat.labels', 'Labels of the alert about it')}
        description={t('heartbeat.labels-hint', 'label=value, one to a line')}
        {...problemAt(save.error, 'labels')}
      >
        <TextArea rows={2} value={labels} onChange={(event) => setLabels(event.currentTarget.value)} />
      </Field>
      <Field label={t('heartbeat.comment', 'Comment')} {...problemAt(save.error, 'comment')}>
        <TextArea
          rows={2}
          value={draft.comment ?? ''}
          onChange={(event) => change({ comment: event.currentTarget.value })}
        />
      </Field>
      <Field label={t('heartbeat.enabled', 'In use')}>
        <Switch value={draft.enabled ?? true} onChange={(event) => change({ enabled: event.currentTarget.checked })} />
      </Field>
    </FormDrawer>
  );
}

function draftOf(heartbeat: HeartbeatShape | null): HeartbeatInput {
  if (!heartbeat) {
    return { title: '', intervalSeconds: 3600, graceSeconds: 300 };
  }
  const {
    name: _name,
    address: _address,
    pulse: _pulse,
    lastSeenAt: _last,
    dueAt: _due,
    updatedAt: _at,
    updatedBy: _by,
    ...draft
  } = heartbeat;
  return draft;
}
