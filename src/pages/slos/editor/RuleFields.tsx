/** Burn-rate rules of one's own, instead of the usual tiers. */
import { t } from '@grafana/i18n';
import { Button, Field, Input, RadioButtonGroup, Stack } from '@grafana/ui';
import { problemAt } from '../../../components/FieldErrors';
import { type AlertFieldsProps } from './AlertFields';
import { FIRST_RULE, type RuleForm } from './alerts';
import { SecondsField } from './SecondsField';
import { severityOptions } from './TierFields';

export function RuleFields({ alerts: { rules }, change, error }: AlertFieldsProps) {
  const put = (at: number, part: Partial<RuleForm>) =>
    change({ rules: rules.map((rule, i) => (i === at ? { ...rule, ...part } : rule)) });
  return (
    <Stack direction="column" gap={2}>
      {rules.map((rule, at) => (
        <div key={at} role="group" aria-label={t('slo-alert.rule', 'Rule {{- number}}', { number: at + 1 })}>
          <Rule
            rule={rule}
            at={at}
            error={error}
            put={(part) => put(at, part)}
            onRemove={() => change({ rules: rules.filter((_, i) => i !== at) })}
          />
        </div>
      ))}
      <div>
        <Button
          type="button"
          variant="secondary"
          icon="plus"
          onClick={() => change({ rules: [...rules, { ...FIRST_RULE, name: '' }] })}
        >
          {t('slo-alert.add-rule', 'Add a rule')}
        </Button>
      </div>
    </Stack>
  );
}

interface RuleProps {
  rule: RuleForm;
  at: number;
  error: Error | null;
  put: (part: Partial<RuleForm>) => void;
  onRemove: () => void;
}

function Rule({ rule, at, error, put, onRemove }: RuleProps) {
  const problem = (name: keyof RuleForm) => problemAt(error, `alerts.rules.${at}.${name}`);
  return (
    <Stack gap={2} wrap="wrap" alignItems="flex-end">
      <Field noMargin label={t('slo-alert.rule-name', 'Name of the rule')} {...problem('name')}>
        <Input
          id={`slo-rule-name-${at}`}
          width={20}
          value={rule.name}
          onChange={(event) => put({ name: event.currentTarget.value })}
        />
      </Field>
      <Field noMargin label={t('slo-alert.urgency', 'Urgency')} {...problem('severity')}>
        <RadioButtonGroup
          options={severityOptions()}
          value={rule.severity}
          onChange={(severity) => put({ severity })}
        />
      </Field>
      <Field noMargin label={t('slo-alert.factor', 'Burn rate above')} {...problem('factor')}>
        <Input
          id={`slo-rule-factor-${at}`}
          width={12}
          inputMode="decimal"
          suffix={t('slo-alert.times', 'times')}
          value={rule.factor}
          onChange={(event) => put({ factor: event.currentTarget.value })}
        />
      </Field>
      <SecondsField
        id={`slo-rule-long-${at}`}
        label={t('slo-alert.long', 'Long window')}
        value={rule.longSeconds}
        onChange={(longSeconds) => put({ longSeconds })}
        problem={problem('longSeconds')}
      />
      <SecondsField
        id={`slo-rule-short-${at}`}
        label={t('slo-alert.short', 'Short window')}
        value={rule.shortSeconds}
        onChange={(shortSeconds) => put({ shortSeconds })}
        problem={problem('shortSeconds')}
      />
      <Button
        type="button"
        variant="secondary"
        fill="text"
        icon="trash-alt"
        aria-label={t('slo-alert.remove-rule', 'Remove rule {{- number}}', { number: at + 1 })}
        onClick={onRemove}
      />
    </Stack>
  );
}
