/** Whom incidents wait for: after how long people are reminded, how often, and who hears it. */
import { t } from '@grafana/i18n';
import { Alert, Button, Stack, Text } from '@grafana/ui';
import { useState } from 'react';
import { useReminders, useSaveReminders } from '../../../api/reminders';
import { type RemindersShape } from '../../../api/types.gen';
import { problemAt } from '../../../components/FieldErrors';
import { Moment } from '../../../components/Moment';
import { RefusedState, StateView } from '../../../components/StateView';
import { signedIn } from '../../../lib/role';
import { ListHead } from '../ListHead';
import { NumberField } from '../NumberField';
import { PatienceTable } from './PatienceTable';

export function RemindersTab() {
  const reminders = useReminders();
  return (
    <Stack direction="column" gap={2}>
      <ListHead>
        {t(
          'reminders.hint',
          'Incidents that wait for somebody are told again: on their timeline, and to the targets that hear reminders. An empty field reminds nobody.'
        )}
      </ListHead>
      <StateView query={reminders}>
        {/* A version that somebody else saved replaces the form. */}
        {(found) => <RemindersForm key={found.version} reminders={found} />}
      </StateView>
    </Stack>
  );
}

function RemindersForm({ reminders }: { reminders: RemindersShape }) {
  const save = useSaveReminders();
  const { canEdit } = signedIn();
  const [draft, setDraft] = useState(reminders);
  const change = (part: Partial<RemindersShape>) => setDraft((before) => ({ ...before, ...part }));
  const isOn = draft.severities.some(
    ({ acknowledgeMinutes, updateMinutes, followupDays, reportDays }) =>
      (acknowledgeMinutes ?? updateMinutes ?? followupDays ?? reportDays) != null
  );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        const { severities, repeatMinutes, repeatDays, most, version } = draft;
        save.mutate({ severities, repeatMinutes, repeatDays, most, version });
      }}
    >
      <Stack direction="column" gap={2}>
        {save.error && <RefusedState error={save.error} />}
        {isOn && reminders.targets.length === 0 && (
          <Alert severity="warning" title={t('reminders.deaf', 'No target hears reminders')}>
            {t(
              'reminders.deaf-hint',
              'They are only on the timelines. A target hears them when its news name “reminder”, or when it names no news at all.'
            )}
          </Alert>
        )}
        <PatienceTable
          severities={draft.severities}
          {...(canEdit && { onChange: (severities) => change({ severities }) })}
          error={save.error}
        />
        {canEdit ? (
          <>
            <Stack gap={2} wrap="wrap">
              <NumberField
                label={t('reminders.repeat-minutes', 'Again after (minutes)')}
                description={t('reminders.repeat-minutes-hint', 'While an incident lasts')}
                min={5}
                value={draft.repeatMinutes}
                onChange={(repeatMinutes) => change({ repeatMinutes })}
                problem={problemAt(save.error, 'repeatMinutes')}
              />
              <NumberField
                label={t('reminders.repeat-days', 'Again after (days)')}
                description={t('reminders.repeat-days-hint', 'Follow-ups and reports')}
                min={1}
                value={draft.repeatDays}
                onChange={(repeatDays) => change({ repeatDays })}
                problem={problemAt(save.error, 'repeatDays')}
              />
              <NumberField
                label={t('reminders.most', 'At most (times)')}
                description={t('reminders.most-hint', 'Then nobody is told again')}
                min={1}
                value={draft.most}
                onChange={(most) => change({ most })}
                problem={problemAt(save.error, 'most')}
              />
            </Stack>
            <div>
              <Button
                type="submit"
                disabled={draft === reminders || save.isPending}
                icon={save.isPending ? 'spinner' : 'save'}
              >
                {t('reminders.save', 'Save')}
              </Button>
            </div>
          </>
        ) : (
          <Text>
            {t('reminders.rhythm', 'Again after {{- minutes}} min while an incident lasts,', {
              minutes: draft.repeatMinutes,
            })}{' '}
            {t('reminders.rhythm-days', 'after {{- count}} days of follow-ups and reports,', {
              count: draft.repeatDays ?? 0,
              defaultValue_one: 'after {{- count}} day of follow-ups and reports,',
            })}{' '}
            {t('reminders.rhythm-most', '{{- count}} times at most.', {
              count: draft.most ?? 0,
              defaultValue_one: 'once.',
            })}
          </Text>
        )}
        <Text color="secondary" variant="bodySmall">
          {reminders.targets.length > 0 &&
            t('reminders.targets', 'Heard by {{- targets}}. ', { targets: reminders.targets.join(', ') })}
          {reminders.updatedAt && (
            <>
              {t('reminders.changed', 'Changed by {{- by}} ', { by: reminders.updatedBy })}
              <Moment at={reminders.updatedAt} as="relative" />
            </>
          )}
        </Text>
      </Stack>
    </form>
  );
}
