/** The record of the incident: what is written about it, and who does what. */
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Button, Combobox, IconButton, Stack, Text, useStyles2 } from '@grafana/ui';
import { useState } from 'react';
import { useFields } from '../../../api/forms';
import { type IncidentDetailShape } from '../../../api/types.gen';
import { AssigneePicker, type KnownPerson } from '../../../components/AssigneePicker';
import { Markdown } from '../../../components/Markdown';
import { Moment } from '../../../components/Moment';
import { ServiceLink, UNASSIGNED } from '../../../components/ServiceLink';
import { LoadingState } from '../../../components/StateView';
import { EditableText } from '../workspace/EditableText';
import { type Editor } from '../workspace/useEditor';
import { CustomFields } from './CustomFields';
import { DetailItem } from './DetailItem';
import { LabelsAndLinks } from './LabelsAndLinks';

interface DetailsProps {
  incident: IncidentDetailShape;
  editor: Editor;
  readOnly: boolean;
  people: readonly KnownPerson[];
  me: string;
}

export function Details({ incident, editor, readOnly, people, me }: DetailsProps) {
  const styles = useStyles2(getStyles);
  const fields = useFields();
  const [seen, setSeen] = useState(incident);
  const begin = () => setSeen(incident);
  // What people wrote is never put in question, and never written for them.
  const named = incident.correlations.find((each) => each.type === 'cause')?.title;
  const suggested = readOnly || incident.rootCause ? undefined : named;
  return (
    <aside className={styles.aside} aria-label={t('details.label', 'Details')}>
      <DetailItem name={t('details.summary', 'Summary')}>
        <EditableText
          value={incident.summary}
          label={t('details.summary', 'Summary')}
          multiline
          readOnly={readOnly}
          onBegin={begin}
          onSave={(summary) => void editor.edit({ summary }, seen)}
        >
          {incident.summary ? <Markdown text={incident.summary} /> : <Unknown />}
        </EditableText>
      </DetailItem>
      <DetailItem name={t('details.root-cause', 'Root cause')}>
        <EditableText
          value={incident.rootCause}
          label={t('details.root-cause', 'Root cause')}
          multiline
          readOnly={readOnly}
          onBegin={begin}
          onSave={(rootCause) => void editor.edit({ rootCause }, seen)}
        >
          {incident.rootCause ? <Markdown text={incident.rootCause} /> : <Unknown />}
        </EditableText>
        {suggested && (
          <Stack direction="column" gap={0.5} alignItems="flex-start">
            <Text variant="bodySmall" color="secondary">
              {t('details.suggested', 'The investigation suggests: {{- cause}}', { cause: suggested })}
            </Text>
            <Button size="sm" variant="secondary" onClick={() => void editor.edit({ rootCause: suggested }, incident)}>
              {t('details.take-over', 'Take it over')}
            </Button>
          </Stack>
        )}
      </DetailItem>
      <DetailItem name={t('details.service', 'Service')}>
        <EditableText
          value={incident.service === UNASSIGNED ? '' : incident.service}
          label={t('details.service', 'Service')}
          readOnly={readOnly}
          onBegin={begin}
          onSave={(service) => void editor.edit({ service }, seen)}
        >
          <ServiceLink name={incident.service} />
        </EditableText>
      </DetailItem>
      <DetailItem name={t('details.roles', 'Roles')}>
        <Roles incident={incident} editor={editor} readOnly={readOnly} people={people} me={me} />
      </DetailItem>
      {fields.isPending ? (
        // What stands below the fields waits for them and does not move.
        <LoadingState lines={6} />
      ) : (
        <>
          <CustomFields incident={incident} editor={editor} readOnly={readOnly} people={people} me={me} />
          <LabelsAndLinks incident={incident} editor={editor} readOnly={readOnly} />
          <DetailItem name={t('details.declared', 'Declared')}>
            <Moment at={incident.createdAt} /> <Text color="secondary">{incident.createdBy}</Text>
          </DetailItem>
          <DetailItem name={t('details.changed', 'Last changed')}>
            <Moment at={incident.updatedAt} as="relative" /> <Text color="secondary">{incident.updatedBy}</Text>
          </DetailItem>
        </>
      )}
    </aside>
  );
}

const ROLES = ['commander', 'communications', 'operations', 'scribe'];

function Roles({ incident, editor, readOnly, people, me }: DetailsProps) {
  const [adding, setAdding] = useState('');
  const held = Object.entries(incident.roles).filter(([, who]) => who);
  const give = (role: string, who: string) => {
    const { [role]: _before, ...others } = incident.roles;
    setAdding('');
    void editor.edit({ roles: who ? { ...others, [role]: who } : others });
  };
  return (
    <Stack direction="column" gap={0.5}>
      {held.map(([role, who]) => (
        <Stack key={role} justifyContent="space-between" alignItems="center" gap={1}>
          <Text color="secondary">{roleText(role)}</Text>
          <Stack gap={1} alignItems="center">
            <Text>{who}</Text>
            {!readOnly && (
              <IconButton
                name="times"
                size="sm"
                tooltip={t('roles.remove', 'Take the role {{- role}} away', { role: roleText(role) })}
                onClick={() => give(role, '')}
              />
            )}
          </Stack>
        </Stack>
      ))}
      {held.length === 0 && readOnly && <Text color="secondary">{t('roles.nobody', 'nobody has one')}</Text>}
      {!readOnly && (
        <Combobox
          aria-label={t('roles.add', 'Give a role')}
          placeholder={t('roles.add', 'Give a role')}
          createCustomValue
          value={adding || null}
          isClearable
          options={ROLES.filter((role) => !incident.roles[role]).map((value) => ({ value, label: roleText(value) }))}
          onChange={(option) => setAdding(option?.value ?? '')}
        />
      )}
      {adding && (
        <AssigneePicker
          label={t('roles.who', 'Who takes the role {{- role}}', { role: roleText(adding) })}
          value=""
          people={people}
          me={me}
          onChange={(who) => who && give(adding, who)}
        />
      )}
    </Stack>
  );
}

function roleText(role: string): string {
  const texts: Record<string, string> = {
    commander: t('roles.commander', 'Commander'),
    communications: t('roles.communications', 'Communications'),
    operations: t('roles.operations', 'Operations'),
    scribe: t('roles.scribe', 'Scribe'),
  };
  return texts[role] ?? role;
}

function Unknown() {
  return <Text color="secondary">{t('details.unknown', 'not written yet')}</Text>;
}

const getStyles = (theme: GrafanaTheme2) => ({
  aside: css({
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(2),
    minWidth: 0,
    overflowWrap: 'anywhere',
  }),
});
