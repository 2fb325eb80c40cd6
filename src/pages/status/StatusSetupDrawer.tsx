/** What the status page shows; administrators decide it. */
import { t } from '@grafana/i18n';
import { Button, Drawer, Field, Input, MultiCombobox, Stack, TextArea } from '@grafana/ui';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { serviceListQuery } from '../../api/services';
import { statusPageSetupQuery, useSaveStatusPage } from '../../api/statusPage';
import { type StatusPageSetupShape } from '../../api/types.gen';
import { problemAt } from '../../components/FieldErrors';
import { RefusedState, StateView } from '../../components/StateView';

export function StatusSetupDrawer({ onClose }: { onClose: () => void }) {
  const setup = useQuery(statusPageSetupQuery());
  return (
    <Drawer title={t('status-page.edit', 'Edit page')} onClose={onClose} size="md">
      <StateView query={setup}>
        {(found) => <SetupForm key={found.version} setup={found} onClose={onClose} />}
      </StateView>
    </Drawer>
  );
}

function SetupForm({ setup, onClose }: { setup: StatusPageSetupShape; onClose: () => void }) {
  const [draft, setDraft] = useState({
    title: setup.title,
    introduction: setup.introduction,
    services: setup.services,
  });
  const save = useSaveStatusPage();
  const known = useQuery(serviceListQuery());
  const change = (part: Partial<typeof draft>) => setDraft((before) => ({ ...before, ...part }));
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate({ ...draft, version: setup.version }, { onSuccess: onClose });
      }}
    >
      {save.error && save.error.problems.length === 0 && <RefusedState error={save.error} />}
      <Field label={t('status-page.title', 'Title')} required {...problemAt(save.error, 'title')}>
        <Input
          id="status-title"
          value={draft.title}
          maxLength={100}
          onChange={(event) => change({ title: event.currentTarget.value })}
        />
      </Field>
      <Field
        label={t('status-page.introduction', 'Introduction')}
        description={t('status-page.introduction-hint', 'Shown as it is written')}
        {...problemAt(save.error, 'introduction')}
      >
        <TextArea
          id="status-introduction"
          rows={4}
          maxLength={2000}
          value={draft.introduction}
          onChange={(event) => change({ introduction: event.currentTarget.value })}
        />
      </Field>
      <Field
        label={t('status-page.shown', 'Services')}
        description={t('status-page.shown-hint', 'In this order; none means every declared one')}
        {...problemAt(save.error, 'services')}
      >
        <MultiCombobox
          id="status-services"
          options={(known.data?.items ?? []).map(({ name }) => ({ value: name }))}
          value={draft.services}
          onChange={(chosen) => change({ services: chosen.map((each) => each.value) })}
          createCustomValue
        />
      </Field>
      <Stack gap={1}>
        <Button type="submit" disabled={draft.title.trim() === '' || save.isPending}>
          {t('status-page.save', 'Save')}
        </Button>
        <Button type="button" variant="secondary" fill="outline" onClick={onClose}>
          {t('status-page.cancel', 'Cancel')}
        </Button>
      </Stack>
    </form>
  );
}
