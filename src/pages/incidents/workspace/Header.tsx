/** Who, what, how bad, how far: the part of the workspace that is always in view. */
import { t } from '@grafana/i18n';
import { Badge, Button, Dropdown, Menu, Stack, Text } from '@grafana/ui';
import { useRef, useState } from 'react';
import { onLevel, useLevels } from '../../../components/levels';
import { type IncidentDetailShape } from '../../../api/types.gen';
import { AssigneePicker, type KnownPerson } from '../../../components/AssigneePicker';
import { LevelBadge } from '../../../components/LevelBadge';
import { ServiceLink } from '../../../components/ServiceLink';
import { severityText } from '../../../components/SeverityBadge';
import { StatusBadge } from '../../../components/StatusBadge';
import { afterMenu } from '../../../lib/returnFocus';
import { Clock } from './Clock';
import { EditableText } from './EditableText';
import { ParentNote } from './Family';
import { StatusActions } from './StatusActions';
import { type Editor } from './useEditor';

interface HeaderProps {
  incident: IncidentDetailShape;
  editor: Editor;
  readOnly: boolean;
  people: readonly KnownPerson[];
  me: string;
  onMerge: () => void;
  /** Show the keys of the page. */
  onHelp: () => void;
  /** Absent for what is part of another itself. */
  onParts?: () => void;
  /** Absent for those who may not delete. */
  onDelete?: () => void;
}

export function Header(props: HeaderProps) {
  const { incident, editor, readOnly, people, me, onMerge, onHelp, onParts, onDelete } = props;
  const [seen, setSeen] = useState(incident);
  const more = useRef<HTMLDivElement>(null);
  const level = useLevels().find(({ id }) => id === incident.level);
  return (
    <Stack direction="column" gap={1.5}>
      <Stack justifyContent="space-between" alignItems="flex-start" gap={2} wrap="wrap">
        <Stack alignItems="baseline" gap={1} flex={1} minWidth="320px">
          <Text variant="h3" element="span" color="secondary" tabular>
            {incident.number}
          </Text>
          <EditableText
            value={incident.title}
            label={t('header.title', 'Title')}
            readOnly={readOnly}
            required
            onBegin={() => setSeen(incident)}
            onSave={(title) => void editor.edit({ title }, seen)}
          >
            <Text variant="h3" element="h1">
              {incident.title}
            </Text>
          </EditableText>
        </Stack>
        {readOnly ? (
          <Text color="secondary">{t('header.read-only', 'Read only: changing incidents needs the role Editor')}</Text>
        ) : (
          <Stack gap={1}>
            <AssigneePicker
              width={22}
              value={incident.assignee}
              people={people}
              me={me}
              onChange={(assignee) => void editor.edit({ assignee })}
            />
            <StatusActions incident={incident} editor={editor} />
            <div ref={more}>
              <Dropdown
                placement="bottom-end"
                overlay={() => (
                  <MoreMenu
                    incident={incident}
                    editor={editor}
                    onMerge={afterMenu(onMerge, more)}
                    onHelp={afterMenu(onHelp, more)}
                    {...(onParts && { onParts: afterMenu(onParts, more) })}
                    {...(onDelete && { onDelete: afterMenu(onDelete, more) })}
                  />
                )}
              >
                <Button variant="secondary" icon="ellipsis-v" aria-label={t('header.more', 'More')} />
              </Dropdown>
            </div>
          </Stack>
        )}
      </Stack>
      <Stack gap={1} alignItems="center" wrap="wrap">
        <StatusBadge status={incident.status} stage={incident.stage} />
        {readOnly ? (
          <LevelBadge severity={incident.severity} level={incident.level} />
        ) : (
          <Dropdown overlay={() => <SeverityMenu editor={editor} />}>
            <Button
              size="sm"
              variant="secondary"
              fill="text"
              aria-label={t('header.severity', 'Severity {{- severity}}, change it', {
                severity: level?.title ?? severityText(incident.severity),
              })}
            >
              <LevelBadge severity={incident.severity} level={incident.level} />
            </Button>
          </Dropdown>
        )}
        {incident.drill && (
          <Badge
            color="purple"
            text={t('header.drill', 'Drill')}
            tooltip={t('header.drill-why', 'Practice: tells nobody and never counts in metrics')}
          />
        )}
        <ServiceLink name={incident.service} />
        {incident.services.map((name) => (
          <ServiceLink key={name} name={name} />
        ))}
        {incident.environment && <Badge color="darkgrey" text={incident.environment} />}
        {readOnly && incident.assignee && (
          <Text color="secondary">{t('header.assigned', 'assigned to {{- who}}', { who: incident.assignee })}</Text>
        )}
      </Stack>
      {incident.parent && <ParentNote incident={incident} readOnly={readOnly} />}
      <Clock incident={incident} editor={editor} readOnly={readOnly} />
    </Stack>
  );
}

function SeverityMenu({ editor }: { editor: Editor }) {
  return (
    <Menu>
      {useLevels().map((level) => (
        <Menu.Item
          key={level.id}
          label={level.title}
          {...(level.description && { description: level.description })}
          onClick={() => void editor.edit(onLevel(level))}
        />
      ))}
    </Menu>
  );
}

type MoreMenuProps = Pick<HeaderProps, 'incident' | 'editor' | 'onMerge' | 'onHelp' | 'onParts' | 'onDelete'>;

function MoreMenu({ incident, editor, onMerge, onHelp, onParts, onDelete }: MoreMenuProps) {
  return (
    <Menu>
      <Menu.Item label={t('header.merge', 'Merge others into this')} icon="code-branch" onClick={onMerge} />
      {onParts && <Menu.Item label={t('header.parts', 'Add parts')} icon="sitemap" onClick={onParts} />}
      <Menu.Item
        label={incident.drill ? t('header.no-drill', 'Is no drill') : t('header.is-drill', 'Is a drill')}
        icon="vial"
        onClick={() => void editor.edit({ drill: !incident.drill })}
      />
      <Menu.Item label={t('header.help', 'Keyboard shortcuts')} icon="keyboard" onClick={onHelp} />
      {onDelete && <Menu.Item label={t('header.delete', 'Delete')} icon="trash-alt" destructive onClick={onDelete} />}
    </Menu>
  );
}
