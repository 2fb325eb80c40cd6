/** What can be done with the chosen incidents at once. */
import { t } from '@grafana/i18n';
import { Button, Dropdown, Menu, Stack, Text } from '@grafana/ui';
import { onLevel, useLevels } from '../../../components/levels';
import { useSteps } from '../../../components/steps';
import { type BulkInput } from '../../../api/types.gen';
import { type KnownPerson } from '../../../components/AssigneePicker';

export type BulkChange = Omit<BulkInput, 'numbers'>;

interface BulkBarProps {
  count: number;
  busy: boolean;
  people: readonly KnownPerson[];
  me: string;
  onChange: (change: BulkChange) => void;
  onClear: () => void;
}

export function BulkBar({ count, busy, people, me, onChange, onClear }: BulkBarProps) {
  const { into, textOf } = useSteps();
  return (
    <Stack gap={1} alignItems="center" role="toolbar" aria-label={t('incidents.bulk', 'Chosen incidents')}>
      <Text weight="medium">{t('incidents.bulk.chosen', '{{- count}} chosen', { count })}</Text>
      {[into('acknowledged')[0], into('resolved')[0]].map((step) => (
        <Button key={step.status} size="sm" variant="secondary" disabled={busy} onClick={() => onChange(step)}>
          {textOf(step)}
        </Button>
      ))}
      <Dropdown overlay={() => <AssignMenu people={people} me={me} onChange={onChange} />}>
        <Button size="sm" variant="secondary" disabled={busy} icon="angle-down">
          {t('incidents.bulk.assign', 'Assign')}
        </Button>
      </Dropdown>
      <Dropdown overlay={() => <SeverityMenu onChange={onChange} />}>
        <Button size="sm" variant="secondary" disabled={busy} icon="angle-down">
          {t('incidents.bulk.severity', 'Severity')}
        </Button>
      </Dropdown>
      <Button size="sm" variant="secondary" fill="text" onClick={onClear}>
        {t('incidents.bulk.clear', 'Choose none')}
      </Button>
    </Stack>
  );
}

function AssignMenu({ people, me, onChange }: Pick<BulkBarProps, 'people' | 'me' | 'onChange'>) {
  const others = people.filter(({ login }) => login !== me && login !== '');
  return (
    <Menu>
      <Menu.Item
        label={t('incidents.bulk.me', 'Me ({{- login}})', { login: me })}
        onClick={() => onChange({ assignee: me })}
      />
      {others.slice(0, 20).map(({ login, name }) => (
        <Menu.Item
          key={login}
          label={login}
          {...(name && { description: name })}
          onClick={() => onChange({ assignee: login })}
        />
      ))}
      <Menu.Divider />
      <Menu.Item label={t('incidents.bulk.nobody', 'Nobody')} onClick={() => onChange({ assignee: '' })} />
    </Menu>
  );
}

function SeverityMenu({ onChange }: Pick<BulkBarProps, 'onChange'>) {
  return (
    <Menu>
      {useLevels().map((level) => (
        <Menu.Item key={level.id} label={level.title} onClick={() => onChange(onLevel(level))} />
      ))}
    </Menu>
  );
}
