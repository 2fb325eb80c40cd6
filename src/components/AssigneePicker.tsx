/** A field for a person: those who are known, and any login. */
import { t } from '@grafana/i18n';
import { Combobox } from '@grafana/ui';

export interface KnownPerson {
  login: string;
  name?: string;
}

interface AssigneePickerProps {
  value: string;
  people: readonly KnownPerson[];
  /** The signed-in person, offered first. */
  me: string;
  onChange: (login: string) => void;
  label?: string;
  id?: string;
  width?: number;
}

export function AssigneePicker({ value, people, me, onChange, label, id, width }: AssigneePickerProps) {
  const others = people.filter(({ login }) => login !== me && login !== '');
  return (
    <Combobox
      {...(id && { id })}
      {...(width && { width })}
      aria-label={label ?? t('assignee.label', 'Assignee')}
      placeholder={t('assignee.nobody', 'Nobody')}
      isClearable
      createCustomValue
      customValueDescription={t('assignee.custom', 'Use this login')}
      value={value || null}
      options={[
        { value: me, label: me, description: t('assignee.me', 'You') },
        ...others.map(({ login, name }) => ({ value: login, label: login, ...(name && { description: name }) })),
      ]}
      onChange={(option) => onChange(option?.value ?? '')}
    />
  );
}
