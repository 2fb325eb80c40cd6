/** Declare a maintenance window, or change one. */
import { t } from '@grafana/i18n';
import { Combobox, Field, Input, RadioButtonGroup, Switch, TagsInput, TextArea } from '@grafana/ui';
import { useState } from 'react';
import { inputOf, useSaveWindow } from '../../../api/maintenance';
import { type Effect, type Repeat, type WindowInput, type WindowShape } from '../../../api/types.gen';
import { problemAt } from '../../../components/FieldErrors';
import { MatchersField } from '../../../components/MatchersField';
import { MomentInput } from '../../../components/MomentInput';
import { zoneName } from '../../../lib/zone';
import { FormDrawer } from '../FormDrawer';
import { effectText, repeatText } from './words';

const EFFECTS: readonly Effect[] = ['set_aside', 'join'];
const REPEATS: readonly Repeat[] = ['once', 'daily', 'weekly'];
const HOUR = 3_600_000;

interface WindowDrawerProps {
  /** Null for a new one. */
  window: WindowShape | null;
  onClose: () => void;
}

export function WindowDrawer({ window, onClose }: WindowDrawerProps) {
  const save = useSaveWindow();
  const [draft, setDraft] = useState<WindowInput>(() => (window ? inputOf(window) : newWindow(Date.now())));
  const change = (part: Partial<WindowInput>) => setDraft((before) => ({ ...before, ...part }));
  const ready = draft.title.trim() !== '' && draft.startsAt !== '' && draft.endsAt !== '';
  return (
    <FormDrawer
      title={window ? window.title : t('window.new', 'New maintenance window')}
      onClose={onClose}
      error={save.error}
      ready={ready}
      busy={save.isPending}
      onSubmit={() => save.mutate({ ...(window && { id: window.id }), window: draft }, { onSuccess: onClose })}
    >
      <Field label={t('window.title', 'What is done')} required {...problemAt(save.error, 'title')}>
        <Input value={draft.title} onChange={(event) => change({ title: event.currentTarget.value })} />
      </Field>
      <Field
        label={t('window.start', 'Begins')}
        description={t('window.zone', 'In your time zone, {{- zone}}', { zone: zoneName() })}
        required
        {...problemAt(save.error, 'startsAt')}
      >
        <MomentInput value={draft.startsAt} onChange={(startsAt) => change({ startsAt })} />
      </Field>
      <Field label={t('window.end', 'Ends')} required {...problemAt(save.error, 'endsAt')}>
        <MomentInput value={draft.endsAt} onChange={(endsAt) => change({ endsAt })} />
      </Field>
      <Field label={t('window.repeat', 'Comes')} {...problemAt(save.error, 'repeat')}>
        <RadioButtonGroup
          value={draft.repeat ?? 'once'}
          onChange={(repeat) => change({ repeat, ...(repeat === 'once' && { until: null }) })}
          options={REPEATS.map((value) => ({ value, label: repeatText(value) }))}
        />
      </Field>
      {draft.repeat && draft.repeat !== 'once' && (
        <>
          <Field
            label={t('window.time-zone', 'At the same time of day in')}
            description={t('window.time-zone-hint', 'An IANA time zone, so that summer time moves it along')}
            {...problemAt(save.error, 'timeZone')}
          >
            <Combobox
              value={draft.timeZone ?? 'UTC'}
              options={zones().map((value) => ({ value, label: value }))}
              onChange={({ value }) => change({ timeZone: value })}
            />
          </Field>
          <Field
            label={t('window.until', 'For the last time before')}
            description={t('window.until-hint', 'Empty: it goes on')}
            {...problemAt(save.error, 'until')}
          >
            <MomentInput value={draft.until ?? ''} onChange={(until) => change({ until: until || null })} />
          </Field>
        </>
      )}
      <Field
        label={t('window.services', 'Services')}
        description={t('window.services-hint', 'Any of them; none means every service')}
        {...problemAt(save.error, 'services')}
      >
        <TagsInput
          tags={draft.services ?? []}
          onChange={(services) => change({ services })}
          placeholder={t('window.services-type', 'Type a service, then Enter')}
        />
      </Field>
      <MatchersField matchers={draft.matchers ?? []} onChange={(matchers) => change({ matchers })} error={save.error} />
      <Field label={t('window.effect', 'Such alerts are')} {...problemAt(save.error, 'effect')}>
        <RadioButtonGroup
          value={draft.effect ?? 'set_aside'}
          onChange={(effect) => change({ effect })}
          options={EFFECTS.map((value) => ({ value, label: effectText(value) }))}
        />
      </Field>
      <Field label={t('window.comment', 'Comment')} {...problemAt(save.error, 'comment')}>
        <TextArea
          rows={3}
          value={draft.comment ?? ''}
          onChange={(event) => change({ comment: event.currentTarget.value })}
        />
      </Field>
      <Field label={t('window.enabled', 'In use')}>
        <Switch value={draft.enabled ?? true} onChange={(event) => change({ enabled: event.currentTarget.checked })} />
      </Field>
    </FormDrawer>
  );
}

/** An hour from the next full one, which is what most windows are. */
function newWindow(now: number): WindowInput {
  const start = Math.ceil(now / HOUR) * HOUR;
  const moment = (ms: number) => new Date(ms).toISOString();
  return { title: '', startsAt: moment(start), endsAt: moment(start + HOUR), timeZone: zoneName() };
}

function zones(): string[] {
  return ['UTC', ...Intl.supportedValuesOf('timeZone').filter((each) => each !== 'UTC')];
}
