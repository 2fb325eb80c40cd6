/** Declare an incident. */
import { t } from '@grafana/i18n';
import { Alert, Button, Combobox, Drawer, Field, Input, RadioButtonGroup, Stack, Switch, TextArea } from '@grafana/ui';
import { type FormEvent, useState } from 'react';
import { useFields, useTemplates } from '../../../api/forms';
import { useCreateIncident } from '../../../api/incidents';
import { knownLevel, levelOf, useLevels } from '../../../components/levels';
import { type IncidentInput, type LevelShape, type TemplateShape } from '../../../api/types.gen';
import { AssigneePicker, type KnownPerson } from '../../../components/AssigneePicker';
import { CustomFieldControl } from '../../../components/CustomField';
import { fieldValues, withValue } from '../../../lib/fieldValues';
import { otherProblems, problemOf } from '../../../lib/problems';
import { useReturnFocus } from '../../../lib/returnFocus';

interface CreateDrawerProps {
  services: readonly string[];
  people: readonly KnownPerson[];
  me: string;
  onDone: (number: string) => void;
  onClose: () => void;
}

const FIELDS = ['title', 'level', 'severity', 'service', 'summary', 'assignee', 'drill', 'template'];

export function CreateDrawer({ services, people, me, onDone, onClose }: CreateDrawerProps) {
  useReturnFocus();
  const create = useCreateIncident();
  const templates = (useTemplates().data ?? []).filter((each) => each.enabled);
  // An incident begins open: what is needed by then is asked for here.
  const needed = (useFields().data ?? []).filter((each) => each.enabled && each.requiredOn.includes('open'));
  const levels = useLevels();
  const [form, setForm] = useState<IncidentInput>({ title: '' });
  const usual = levelOf(levels, form.severity ?? 'medium');
  const set = (change: Partial<IncidentInput>) => setForm((before) => ({ ...before, ...change }));
  const problems = create.error?.problems ?? [];
  const wrong = (field: string) => {
    const error = problemOf(problems, field);
    return error ? { invalid: true, error } : {};
  };
  const rest = otherProblems(problems, FIELDS).filter(
    ({ path }) => !needed.some(({ key }) => path === `$.fields.${key}`)
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate({ ...form, level: form.level || usual?.id }, { onSuccess: ({ number }) => onDone(number) });
  };
  return (
    <Drawer title={t('create.title', 'Declare an incident')} onClose={onClose} size="sm">
      <form onSubmit={submit} noValidate>
        {create.error && (problems.length === 0 || rest.length > 0) && (
          <Alert severity="error" title={t('create.failed', 'The incident was not declared')}>
            {rest.length > 0 ? rest.map(({ path, problem }) => `${path}: ${problem}`).join('; ') : create.error.message}
          </Alert>
        )}
        {templates.length > 0 && (
          <Field
            label={t('create.template', 'Template')}
            description={t('create.template-why', 'Fills in what is usual; change what you like')}
            {...wrong('template')}
          >
            <Combobox
              id="create-template"
              isClearable
              placeholder={t('create.template-none', 'None')}
              value={form.template || null}
              options={templates.map(({ key, name, description }) => ({ value: key, label: name, description }))}
              onChange={(option) => {
                const chosen = templates.find(({ key }) => key === option?.value);
                set(chosen ? filledBy(chosen, form, levels) : { template: '' });
              }}
            />
          </Field>
        )}
        <Field label={t('create.what', 'What is wrong')} required {...wrong('title')}>
          <Input
            id="create-title"
            autoFocus
            value={form.title ?? ''}
            maxLength={500}
            onChange={(event) => set({ title: event.currentTarget.value })}
          />
        </Field>
        <Field label={t('create.severity', 'Severity')} useFieldset {...wrong('level')}>
          <RadioButtonGroup<string>
            options={levels.map(({ id, title, description }) => ({ value: id, label: title, description }))}
            value={form.level || usual?.id}
            onChange={(level) => set({ level })}
          />
        </Field>
        <Field
          label={t('create.service', 'Service')}
          description={t('create.service-why', 'Its metrics, logs and traces are investigated at once')}
          {...wrong('service')}
        >
          <Combobox
            id="create-service"
            isClearable
            createCustomValue
            value={form.service || null}
            options={services.map((value) => ({ value, label: value }))}
            onChange={(option) => set({ service: option?.value ?? '' })}
          />
        </Field>
        {needed.map((field) => {
          const error = problems.find(({ path }) => path === `$.fields.${field.key}`)?.problem;
          return (
            <Field
              key={field.key}
              label={field.title}
              description={field.description}
              required
              {...(error && { invalid: true, error })}
            >
              <CustomFieldControl
                field={field}
                value={form.fields?.[field.key]}
                people={people}
                me={me}
                onChange={(value) => set({ fields: withValue(form.fields, field.key, value) })}
              />
            </Field>
          );
        })}
        <Field label={t('create.summary', 'Summary')} {...wrong('summary')}>
          <TextArea
            id="create-summary"
            rows={4}
            value={form.summary ?? ''}
            onChange={(event) => set({ summary: event.currentTarget.value })}
          />
        </Field>
        <Field label={t('create.assignee', 'Assignee')} {...wrong('assignee')}>
          <AssigneePicker
            id="create-assignee"
            value={form.assignee ?? ''}
            people={people}
            me={me}
            onChange={(assignee) => set({ assignee })}
          />
        </Field>
        <Field
          label={t('create.drill', 'Drill')}
          description={t('create.drill-why', 'Practice: tells nobody and never counts in metrics')}
          {...wrong('drill')}
        >
          <Switch
            id="create-drill"
            value={form.drill ?? false}
            onChange={(event) => set({ drill: event.currentTarget.checked })}
          />
        </Field>
        <Stack gap={1}>
          <Button type="submit" disabled={create.isPending || (form.title ?? '').trim() === ''}>
            {t('create.do', 'Declare')}
          </Button>
          <Button type="button" variant="secondary" onClick={onClose}>
            {t('create.cancel', 'Cancel')}
          </Button>
        </Stack>
      </form>
    </Drawer>
  );
}

/** The form as a template fills it, so that what comes of it is seen before; what was typed stays. */
function filledBy(template: TemplateShape, form: IncidentInput, levels: readonly LevelShape[]): IncidentInput {
  return {
    ...form,
    template: template.key,
    title: form.title || template.title,
    summary: form.summary || template.summary,
    service: form.service || template.service,
    assignee: form.assignee || template.assignee,
    drill: form.drill || template.drill,
    fields: { ...fieldValues(template.fields), ...form.fields },
    ...(template.severity && { severity: template.severity, ...knownLevel(levels, template) }),
  };
}
