/** What the SLO is called, whose it is, and what else to know of it. */
import { t } from '@grafana/i18n';
import { Combobox, Field, Input, TagsInput, TextArea } from '@grafana/ui';
import { problemAt } from '../../../components/FieldErrors';
import { type FieldsProps } from './fields';

export function NameFields({ form, change, error, services }: FieldsProps & { services: readonly string[] }) {
  return (
    <>
      <Field noMargin required label={t('slo-edit.name', 'Name')} {...problemAt(error, 'name')}>
        <Input
          id="slo-name"
          value={form.name}
          placeholder={t('slo-edit.name-like', 'checkout availability')}
          onChange={(event) => change({ name: event.currentTarget.value })}
        />
      </Field>
      <Field noMargin required label={t('slo-edit.service', 'Service')} {...problemAt(error, 'service')}>
        <Combobox
          id="slo-service"
          options={services.map((value) => ({ value }))}
          value={form.service || null}
          createCustomValue
          placeholder={t('slo-edit.service-like', 'Choose or type a service')}
          onChange={({ value }) => change({ service: value })}
        />
      </Field>
    </>
  );
}

export function DetailFields({ form, change, error }: FieldsProps) {
  return (
    <>
      <Field noMargin label={t('slo-edit.description', 'Description')} {...problemAt(error, 'description')}>
        <TextArea
          id="slo-description"
          rows={2}
          value={form.description}
          onChange={(event) => change({ description: event.currentTarget.value })}
        />
      </Field>
      <Field noMargin label={t('slo-edit.owner', 'Owner')} {...problemAt(error, 'owner')}>
        <Input id="slo-owner" value={form.owner} onChange={(event) => change({ owner: event.currentTarget.value })} />
      </Field>
      <Field
        noMargin
        label={t('slo-edit.editors', 'May be changed by')}
        description={t('slo-edit.editors-how', 'Logins, beside Admins. Empty: every Editor.')}
        {...problemAt(error, 'editors')}
      >
        <TagsInput id="slo-editors" tags={form.editors} onChange={(editors) => change({ editors })} addOnBlur />
      </Field>
      <Field
        noMargin
        label={t('slo-edit.labels', 'Labels')}
        description={t('slo-edit.labels-how', 'They go along with alerts: tier=gold')}
        {...problemAt(error, 'labels')}
      >
        <TagsInput id="slo-labels" tags={form.labels} onChange={(labels) => change({ labels })} addOnBlur />
      </Field>
      <Field noMargin label={t('slo-edit.runbook', 'Runbook')} {...problemAt(error, 'runbookUrl')}>
        <Input
          id="slo-runbook"
          type="url"
          placeholder={t('slo-edit.runbook-like', 'https://…')}
          value={form.runbookUrl}
          onChange={(event) => change({ runbookUrl: event.currentTarget.value })}
        />
      </Field>
      <Field
        noMargin
        label={t('slo-edit.delay', 'Samples are complete after')}
        description={t('slo-edit.delay-how', 'Twice the scrape interval or more.')}
        {...problemAt(error, 'delaySeconds')}
      >
        <Input
          id="slo-delay"
          width={20}
          inputMode="numeric"
          suffix={t('slo-edit.seconds', 'seconds')}
          value={form.delaySeconds}
          onChange={(event) => change({ delaySeconds: event.currentTarget.value })}
        />
      </Field>
    </>
  );
}
