/** Whose alerts a rule is about: everybody's, those that come through one door, or those of one sender of JSON. */
import { t } from '@grafana/i18n';
import { Combobox, Field } from '@grafana/ui';
import { useIntegrations } from '../../../api/integrations';
import { type AlertSource } from '../../../api/types.gen';
import { type problemAt } from '../../../components/FieldErrors';
import { SENDERS, senderText } from './words';

interface SenderFieldProps {
  source: AlertSource | null;
  /** Key of the one sender of JSON; empty when it is none in particular. */
  integration: string;
  onChange: (chosen: { source: AlertSource | null; integration: string }) => void;
  problem: ReturnType<typeof problemAt>;
}

export function SenderField({ source, integration, onChange, problem }: SenderFieldProps) {
  const listed = (useIntegrations().data ?? []).map((each) => each.name);
  // The sender of an older rule may be gone by now.
  const names = integration === '' || listed.includes(integration) ? listed : [...listed, integration];
  const choices = [
    { source: null, integration: '' },
    ...SENDERS.map((each) => ({ source: each, integration: '' })),
    ...names.map((name) => ({ source: 'generic' as const, integration: name })),
  ];
  return (
    <Field label={t('identity.source', 'That come from')} {...problem}>
      <Combobox<string>
        value={keyOf(source, integration)}
        onChange={({ value }) => {
          const chosen = choices.find((each) => keyOf(each.source, each.integration) === value);
          if (chosen) {
            onChange(chosen);
          }
        }}
        options={choices.map((each) => ({
          value: keyOf(each.source, each.integration),
          label: senderText(each.source, each.integration),
        }))}
      />
    </Field>
  );
}

function keyOf(source: AlertSource | null, integration: string): string {
  return [source ?? '', integration].join('/');
}
