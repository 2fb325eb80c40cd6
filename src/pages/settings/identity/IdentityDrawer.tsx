/** Write a rule about which alerts are one, and see which earlier ones would have been. */
import { t } from '@grafana/i18n';
import { Field, Input, RadioButtonGroup, Switch, TagsInput } from '@grafana/ui';
import { useState } from 'react';
import { ruleInputOf, useIdentityDryRun, useSaveIdentityRule } from '../../../api/identityRules';
import { type IdentityRuleInput, type IdentityRuleShape, type Sameness } from '../../../api/types.gen';
import { problemAt } from '../../../components/FieldErrors';
import { MatchersField } from '../../../components/MatchersField';
import { FormDrawer } from '../FormDrawer';
import { TryButton } from '../TryButton';
import { NumberField } from '../NumberField';
import { IdentityDryRun } from './IdentityDryRun';
import { SenderField } from './SenderField';
import { samenessText } from './words';

const WAYS: readonly Sameness[] = ['ignore', 'identify_by'];

/** Days of history that a rule is tried on. */
const DRY_RUN_DAYS = 30;

interface IdentityDrawerProps {
  /** Null for a new one. */
  rule: IdentityRuleShape | null;
  onClose: () => void;
}

export function IdentityDrawer({ rule, onClose }: IdentityDrawerProps) {
  const save = useSaveIdentityRule();
  const dryRun = useIdentityDryRun();
  const [draft, setDraft] = useState<IdentityRuleInput>(() => (rule ? ruleInputOf(rule) : { title: '', labels: [] }));
  const change = (part: Partial<IdentityRuleInput>) => setDraft((before) => ({ ...before, ...part }));
  const ready = draft.title.trim() !== '' && draft.labels.length > 0;
  const failure = save.error ?? dryRun.error;
  return (
    <FormDrawer
      title={rule ? rule.title : t('identity.new', 'New rule: which alerts are one')}
      subtitle={t('identity.subtitle', 'For alerts that come from now on; those that have their place keep it')}
      onClose={onClose}
      error={failure}
      errorTitle={save.error ? undefined : t('identity.not-tried', 'Not tried')}
      ready={ready}
      busy={save.isPending}
      actions={
        <TryButton
          ready={ready}
          busy={dryRun.isPending}
          onClick={() => dryRun.mutate({ ...(rule && { id: rule.id }), rule: draft, days: DRY_RUN_DAYS })}
        >
          {t('identity.try', 'Try on the last {{- days}} days', { days: DRY_RUN_DAYS })}
        </TryButton>
      }
      outcome={dryRun.data && <IdentityDryRun result={dryRun.data} />}
      onSubmit={() => save.mutate({ ...(rule && { id: rule.id }), rule: draft }, { onSuccess: onClose })}
    >
      <Field label={t('identity.title', 'Name')} required {...problemAt(failure, 'title')}>
        <Input value={draft.title} onChange={(event) => change({ title: event.currentTarget.value })} />
      </Field>
      <MatchersField matchers={draft.matchers ?? []} onChange={(matchers) => change({ matchers })} error={failure} />
      <SenderField
        source={draft.source ?? null}
        integration={draft.integration ?? ''}
        onChange={change}
        problem={{ ...problemAt(failure, 'source'), ...problemAt(failure, 'integration') }}
      />
      <Field label={t('identity.how', 'Are one when they are alike in')} {...problemAt(failure, 'how')}>
        <RadioButtonGroup<Sameness>
          value={draft.how ?? 'ignore'}
          onChange={(how) => change({ how })}
          options={WAYS.map((value) => ({ value, label: samenessText(value) }))}
        />
      </Field>
      <Field
        label={t('identity.labels', 'Labels')}
        description={
          draft.how === 'identify_by'
            ? t('identity.labels-identify', 'An alert that has none of them stays its own')
            : t('identity.labels-ignore', 'What does not tell alerts apart: pod or instance, say')
        }
        required
        {...problemAt(failure, 'labels')}
      >
        <TagsInput
          tags={draft.labels}
          onChange={(labels) => change({ labels })}
          placeholder={t('identity.labels-type', 'Type a label, then Enter')}
        />
      </Field>
      <NumberField
        label={t('identity.position', 'Order (smaller is tried first)')}
        value={draft.position}
        onChange={(position) => change({ position })}
        problem={problemAt(failure, 'position')}
      />
      <Field label={t('identity.enabled', 'In use')}>
        <Switch value={draft.enabled ?? true} onChange={(event) => change({ enabled: event.currentTarget.checked })} />
      </Field>
    </FormDrawer>
  );
}
