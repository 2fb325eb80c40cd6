/** How quickly the budget must burn: the usual tiers with their urgency, or rules of one's own. */
import { t } from '@grafana/i18n';
import { Field, RadioButtonGroup, Stack, Text } from '@grafana/ui';
import { type SloSeverity } from '../../../api/types.gen';
import { formatSeconds } from '../../../lib/duration';
import { type AlertFieldsProps } from './AlertFields';
import { chooseTier, FIRST_RULE, type TierChoice, tierChoice, USUAL_TIERS } from './alerts';
import { problemOfWhole } from './fields';
import { RuleFields } from './RuleFields';

export function TierFields(props: AlertFieldsProps) {
  const { alerts, change, error } = props;
  const own = alerts.rules.length > 0;
  return (
    <>
      <Field
        noMargin
        label={t('slo-alert.tiers', 'It fires when the budget burns')}
        description={t(
          'slo-alert.tiers-how',
          'In a long window and in a short one. Usual factors follow from target and window: 14.4, 6, 3, 1 for 30 days.'
        )}
        {...problemOfWhole(error, 'alerts.rules')}
      >
        <RadioButtonGroup
          options={[
            { value: 'usual', label: t('slo-alert.usual', 'as usual') },
            { value: 'own', label: t('slo-alert.own', 'by own rules') },
          ]}
          value={own ? 'own' : 'usual'}
          onChange={(value) => change({ rules: value === 'own' ? [FIRST_RULE] : [] })}
        />
      </Field>
      {own ? <RuleFields {...props} /> : <UsualTiers {...props} />}
    </>
  );
}

function UsualTiers({ alerts, change }: AlertFieldsProps) {
  const choices: Array<{ value: TierChoice; label: string }> = [
    ...severityOptions(),
    { value: 'off', label: t('slo-alert.off', 'Off') },
  ];
  return (
    <Stack direction="column" gap={1}>
      {USUAL_TIERS.map(({ name, severity, long, short }) => (
        <div key={name} role="group" aria-label={name}>
          <Stack gap={2} wrap="wrap" alignItems="center">
            <RadioButtonGroup
              size="sm"
              options={choices}
              value={tierChoice(alerts, name, severity)}
              onChange={(choice) => change(chooseTier(alerts, name, severity, choice))}
            />
            <Text color="secondary">
              {t('slo-alert.windows', '{{- name}}: {{- long}} and {{- short}}', {
                name,
                long: formatSeconds(long),
                short: formatSeconds(short),
              })}
            </Text>
          </Stack>
        </div>
      ))}
    </Stack>
  );
}

export function severityOptions(): Array<{ value: SloSeverity; label: string }> {
  return [
    { value: 'page', label: t('slo-alert.page', 'Page') },
    { value: 'ticket', label: t('slo-alert.ticket', 'Ticket') },
  ];
}
