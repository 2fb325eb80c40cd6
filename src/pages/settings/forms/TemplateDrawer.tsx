/** Write a template: what an incident of a kind begins with. What is empty stays open. */
import { t } from '@grafana/i18n';
import { Field, Input, Switch, TextArea } from '@grafana/ui';
import { useState } from 'react';
import { useFields, useSaveTemplate } from '../../../api/forms';
import { usePeople } from '../../../api/people';
import { type TemplateInput, type TemplateShape } from '../../../api/types.gen';
import { AssigneePicker } from '../../../components/AssigneePicker';
import { CustomFieldControl } from '../../../components/CustomField';
import { problemAt } from '../../../components/FieldErrors';
import { knownLevel, useLevels } from '../../../components/levels';
import { OpenLevelPicker } from '../../../components/LevelPicker';
import { fieldValues, withValue } from '../../../lib/fieldValues';
import { pairsOf, pairsText } from '../../../lib/lines';
import { signedIn } from '../../../lib/role';
import { FormDrawer } from '../FormDrawer';
import { NumberField } from '../NumberField';
import { PlannedTasks } from './PlannedTasks';

interface TemplateDrawerProps {
  /** Null for a new one. */
  template: TemplateShape | null;
  onClose: () => void;
}

export function TemplateDrawer({ template, onClose }: TemplateDrawerProps) {
  const save = useSaveTemplate();
  const people = usePeople();
  const levels = useLevels();
  const me = signedIn().login;
  const fields = (useFields().data ?? []).filter((each) => each.enabled);
  const [key, setKey] = useState(template?.key ?? '');
  const [draft, setDraft] = useState<TemplateInput>(() => draftOf(template));
  const [labels, setLabels] = useState(pairsText(draft.labels ?? {}));
  const [roles, setRoles] = useState(pairsText(draft.roles ?? {}));
  const change = (part: Partial<TemplateInput>) => setDraft((before) => ({ ...before, ...part }));
  return (
    <FormDrawer
      title={template ? template.name : t('template.new', 'New template')}
      subtitle={t('template.subtitle', 'What is left empty stays open')}
      onClose={onClose}
      error={save.error}
      ready={key !== '' && draft.name.trim() !== ''}
      busy={save.isPending}
      onSubmit={() => {
        const body = { ...draft, labels: pairsOf(labels), roles: pairsOf(roles) };
        save.mutate({ key, body: { ...body, ...knownLevel(levels, draft) } }, { onSuccess: onClose });
      }}
    >
      <Field label={t('template.name', 'Name')} required {...problemAt(save.error, 'name')}>
        <Input value={draft.name} onChange={(event) => change({ name: event.currentTarget.value })} />
      </Field>
      <Field
        label={t('template.key', 'Key')}
        description={t('template.key-hint', 'Small letters, digits, - and _. The API knows the template by it.')}
        required
        {...problemAt(save.error, 'key')}
      >
        <Input value={key} disabled={template !== null} onChange={(event) => setKey(event.currentTarget.value)} />
      </Field>
      <Field label={t('template.description', 'Description')} {...problemAt(save.error, 'description')}>
        <Input
          value={draft.description ?? ''}
          onChange={(event) => change({ description: event.currentTarget.value })}
        />
      </Field>
      <Field label={t('template.title', 'Title of the incident')} {...problemAt(save.error, 'title')}>
        <Input value={draft.title ?? ''} onChange={(event) => change({ title: event.currentTarget.value })} />
      </Field>
      <Field label={t('template.severity', 'Severity')} {...problemAt(save.error, 'level')}>
        <OpenLevelPicker
          label={t('template.severity', 'Severity')}
          placeholder={t('template.severity-open', 'Left open')}
          value={draft.severity ? { severity: draft.severity, level: draft.level ?? '' } : null}
          onChange={(chosen) => change(chosen ?? { severity: null, level: '' })}
        />
      </Field>
      <Field label={t('template.service', 'Service')} {...problemAt(save.error, 'service')}>
        <Input value={draft.service ?? ''} onChange={(event) => change({ service: event.currentTarget.value })} />
      </Field>
      <Field label={t('template.environment', 'Environment')} {...problemAt(save.error, 'environment')}>
        <Input
          value={draft.environment ?? ''}
          onChange={(event) => change({ environment: event.currentTarget.value })}
        />
      </Field>
      <Field label={t('template.summary', 'Summary')} {...problemAt(save.error, 'summary')}>
        <TextArea
          rows={3}
          value={draft.summary ?? ''}
          onChange={(event) => change({ summary: event.currentTarget.value })}
        />
      </Field>
      <Field label={t('template.assignee', 'Assignee')} {...problemAt(save.error, 'assignee')}>
        <AssigneePicker
          value={draft.assignee ?? ''}
          people={people}
          me={me}
          onChange={(assignee) => change({ assignee })}
        />
      </Field>
      <Field
        label={t('template.roles', 'Roles')}
        description={t('template.roles-hint', 'role=login, one to a line')}
        {...problemAt(save.error, 'roles')}
      >
        <TextArea rows={2} value={roles} onChange={(event) => setRoles(event.currentTarget.value)} />
      </Field>
      <Field
        label={t('template.labels', 'Labels')}
        description={t('template.labels-hint', 'label=value, one to a line')}
        {...problemAt(save.error, 'labels')}
      >
        <TextArea rows={2} value={labels} onChange={(event) => setLabels(event.currentTarget.value)} />
      </Field>
      {fields.map((field) => (
        <Field key={field.key} label={field.title} {...problemAt(save.error, `fields.${field.key}`)}>
          <CustomFieldControl
            field={field}
            value={draft.fields?.[field.key]}
            people={people}
            me={me}
            onChange={(value) => change({ fields: withValue(draft.fields, field.key, value) })}
          />
        </Field>
      ))}
      <Field label={t('template.tasks', 'Tasks')} {...problemAt(save.error, 'tasks')}>
        <PlannedTasks tasks={draft.tasks ?? []} onChange={(tasks) => change({ tasks })} people={people} me={me} />
      </Field>
      <Field
        label={t('template.comment', 'First comment')}
        description={t('template.comment-hint', 'Markdown')}
        {...problemAt(save.error, 'comment')}
      >
        <TextArea
          rows={4}
          value={draft.comment ?? ''}
          onChange={(event) => change({ comment: event.currentTarget.value })}
        />
      </Field>
      <NumberField
        label={t('template.position', 'Order (smaller is shown first)')}
        value={draft.position}
        onChange={(position) => change({ position })}
        problem={problemAt(save.error, 'position')}
      />
      <Field label={t('template.drill', 'Drills: never counted in metrics')}>
        <Switch value={draft.drill ?? false} onChange={(event) => change({ drill: event.currentTarget.checked })} />
      </Field>
      <Field label={t('template.enabled', 'In use')}>
        <Switch value={draft.enabled ?? true} onChange={(event) => change({ enabled: event.currentTarget.checked })} />
      </Field>
    </FormDrawer>
  );
}

function draftOf(template: TemplateShape | null): TemplateInput {
  if (!template) {
    return { name: '', position: 0 };
  }
  const { key: _key, updatedAt: _at, updatedBy: _by, fields, ...draft } = template;
  return { ...draft, fields: fieldValues(fields) };
}
