/** Declare a service, or change what is written of one. */
import { t } from '@grafana/i18n';
import { Button, ConfirmButton, Drawer, Field, Input, MultiCombobox, Stack, TagsInput, TextArea } from '@grafana/ui';
import { type FormEvent, type ReactElement, useState } from 'react';
import { useNavigate } from 'react-router-dom';
import { type SloFate, useChangeService, useDeclareService, useForgetService } from '../../api/services';
import { type ServiceShape } from '../../api/types.gen';
import { problemAt } from '../../components/FieldErrors';
import { RefusedState } from '../../components/StateView';
import { pageUrl, ROUTES } from '../../constants';
import { formOf, inputOf, type ServiceForm } from './serviceForm';

interface ServiceDrawerProps {
  /** The one to change; without it a new one is declared. */
  service?: ServiceShape;
  known: readonly ServiceShape[];
  onClose: () => void;
}

export function ServiceDrawer({ service, known, onClose }: ServiceDrawerProps) {
  const [form, setForm] = useState(() => formOf(service));
  const declare = useDeclareService();
  const change = useChangeService(service?.name ?? '');
  const navigate = useNavigate();
  const { error, isPending } = service ? change : declare;
  const set = (part: Partial<ServiceForm>) => setForm((old) => ({ ...old, ...part }));

  const save = (event: FormEvent) => {
    event.preventDefault();
    const { name, ...rest } = inputOf(form);
    if (service) {
      change.mutate(rest, { onSuccess: onClose });
    } else {
      declare.mutate({ name, ...rest }, { onSuccess: () => void navigate(pageUrl(ROUTES.services, name)) });
    }
  };

  const text = (name: 'ownerTeam' | 'tier' | 'runbookUrl' | 'name', label: string) => (
    <Row name={name} label={label} error={error}>
      <Input
        id={`service-${name}`}
        value={form[name]}
        onChange={(event) => set({ [name]: event.currentTarget.value })}
      />
    </Row>
  );
  const area = (name: 'description' | 'links' | 'contacts', label: string, how?: string) => (
    <Row name={name} label={label} how={how} error={error}>
      <TextArea
        id={`service-${name}`}
        rows={3}
        value={form[name]}
        onChange={(event) => set({ [name]: event.currentTarget.value })}
      />
    </Row>
  );

  return (
    <Drawer
      title={service ? t('service-edit.title', 'Change service') : t('service-edit.new', 'Declare a service')}
      subtitle={service?.name}
      onClose={onClose}
    >
      <form onSubmit={save} noValidate>
        <Stack direction="column" gap={2}>
          {!service && text('name', t('service-edit.name', 'Name'))}
          {area('description', t('service-edit.description', 'Description'), t('service-edit.markdown', 'Markdown'))}
          {text('ownerTeam', t('service-edit.owner', 'Owner team'))}
          {text('tier', t('service-edit.tier', 'Tier'))}
          {text('runbookUrl', t('service-edit.runbook', 'Runbook'))}
          {area('links', t('service-edit.links', 'Links'), t('service-edit.links-how', 'One a line: Title https://…'))}
          {area(
            'contacts',
            t('service-edit.contacts', 'Contacts'),
            t('service-edit.contacts-how', 'One a line: slack #team')
          )}
          <Row name="dependsOn" label={t('service-edit.calls', 'Calls')} error={error}>
            <MultiCombobox
              id="service-dependsOn"
              options={known.filter((each) => each.name !== form.name).map(({ name }) => ({ value: name }))}
              value={form.dependsOn}
              onChange={(chosen) => set({ dependsOn: chosen.map((each) => each.value) })}
              createCustomValue
            />
          </Row>
          <Row
            name="labels"
            label={t('service-edit.labels', 'Labels')}
            how={t('service-edit.labels-how', 'name=value; namespace says where it runs in Kubernetes')}
            error={error}
          >
            <TagsInput id="service-labels" tags={form.labels} onChange={(labels) => set({ labels })} addOnBlur />
          </Row>
          {error && error.problems.length === 0 && <RefusedState error={error} />}
          <Stack gap={1} justifyContent="space-between">
            <Stack gap={1}>
              <Button type="submit" disabled={isPending || form.name.trim() === ''}>
                {t('service-edit.save', 'Save')}
              </Button>
              <Button type="button" variant="secondary" fill="outline" onClick={onClose}>
                {t('service-edit.cancel', 'Cancel')}
              </Button>
            </Stack>
            {service?.declared && <Forget service={service} />}
          </Stack>
        </Stack>
      </form>
    </Drawer>
  );
}

/** Its SLOs are lost only on purpose: where there are some, the two ways are two buttons. */
function Forget({ service: { name, slos } }: { service: ServiceShape }) {
  const forget = useForgetService();
  const navigate = useNavigate();
  const away = (fate?: SloFate) =>
    forget.mutate({ name, slos: fate }, { onSuccess: () => void navigate(pageUrl(ROUTES.services)) });
  if (slos.length === 0) {
    return (
      <ConfirmButton
        confirmText={t('service-edit.forget-sure', 'Forget it')}
        confirmVariant="destructive"
        onConfirm={() => away()}
      >
        {t('service-edit.forget', 'Forget this service')}
      </ConfirmButton>
    );
  }
  return (
    <Stack direction="column" gap={1}>
      <ConfirmButton
        confirmText={t('service-edit.keep-slos-sure', 'Forget it, keep {{- count}} SLOs', {
          count: slos.length,
          defaultValue_one: 'Forget it, keep its SLO',
        })}
        confirmVariant="destructive"
        onConfirm={() => away('keep')}
      >
        {t('service-edit.keep-slos', 'Forget this service')}
      </ConfirmButton>
      <ConfirmButton
        confirmText={t('service-edit.delete-slos-sure', 'Delete {{- names}} with their history', {
          names: slos.map((each) => each.name).join(', '),
        })}
        confirmVariant="destructive"
        onConfirm={() => away('delete')}
      >
        {t('service-edit.delete-slos', 'Forget it with its SLOs')}
      </ConfirmButton>
    </Stack>
  );
}

interface RowProps {
  name: keyof ServiceForm;
  label: string;
  how?: string;
  error: Error | null;
  children: ReactElement<Record<string, unknown>>;
}

function Row({ name, label, how, error, children }: RowProps) {
  return (
    <Field noMargin label={label} description={how} htmlFor={`service-${name}`} {...problemAt(error, name)}>
      {children}
    </Field>
  );
}
