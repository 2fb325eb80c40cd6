/** Kinds of incidents, and what each begins with. */
import { t } from '@grafana/i18n';
import { Badge, Stack, Text } from '@grafana/ui';
import { useState } from 'react';
import { useDeleteTemplate, useTemplates } from '../../../api/forms';
import { type TemplateShape } from '../../../api/types.gen';
import { LevelBadge } from '../../../components/LevelBadge';
import { PlainTable } from '../../../components/PlainTable';
import { NothingState, StateView } from '../../../components/StateView';
import { signedIn } from '../../../lib/role';
import { ListHead } from '../ListHead';
import { RowButtons } from '../RowButtons';
import { RowName } from '../RowName';
import { TemplateDrawer } from './TemplateDrawer';

export function TemplateList() {
  const templates = useTemplates();
  const { canEdit } = signedIn();
  const [edited, setEdited] = useState<TemplateShape | 'new' | null>(null);
  return (
    <section aria-labelledby="incident-templates">
      <Stack direction="column" gap={1}>
        <Text element="h3" variant="h4" id="incident-templates">
          {t('templates.title', 'Incident templates')}
        </Text>
        <ListHead
          {...(canEdit && { add: { label: t('templates.add', 'Add a template'), onClick: () => setEdited('new') } })}
        >
          {t('templates.hint', 'Who declares an incident may choose one; what they write themselves wins.')}
        </ListHead>
        <StateView
          query={templates}
          isEmpty={(items) => items.length === 0}
          empty={
            <NothingState message={t('templates.none', 'No template is written')}>
              {t(
                'templates.none-hint',
                'Write one for the kind of incident that comes again: its tasks, roles, texts.'
              )}
            </NothingState>
          }
        >
          {(items) => <TemplateTable templates={items} {...(canEdit && { onEdit: setEdited })} />}
        </StateView>
        {edited && <TemplateDrawer template={edited === 'new' ? null : edited} onClose={() => setEdited(null)} />}
      </Stack>
    </section>
  );
}

interface TemplateTableProps {
  templates: readonly TemplateShape[];
  /** Absent for those who may only read. */
  onEdit?: (template: TemplateShape) => void;
}

function TemplateTable({ templates, onEdit }: TemplateTableProps) {
  const remove = useDeleteTemplate();
  return (
    <PlainTable
      label={t('templates.title', 'Incident templates')}
      head={[
        t('templates.template', 'Template'),
        t('templates.severity', 'Severity'),
        t('templates.begins', 'Begins with'),
        ...(onEdit ? [''] : []),
      ]}
      rows={templates.map((each) => ({
        key: each.key,
        cells: [
          <RowName key="name" name={each.name} about={each.description}>
            {each.drill && <Badge color="purple" text={t('templates.drill', 'drill')} />}
            {!each.enabled && <Badge color="orange" text={t('templates.off', 'switched off')} />}
          </RowName>,
          each.severity ? <LevelBadge key="severity" severity={each.severity} level={each.level} /> : '–',
          beginning(each).join(' · ') || '–',
          ...(onEdit
            ? [
                <RowButtons
                  key="do"
                  name={each.name}
                  onEdit={() => onEdit(each)}
                  onDelete={() => remove.mutate(each.key)}
                />,
              ]
            : []),
        ],
      }))}
    />
  );
}

/** What a template fills in, in a few words. */
function beginning({ title, service, assignee, roles, fields, tasks, comment }: TemplateShape): string[] {
  const count = (found: object) => Object.keys(found).length;
  return [
    title && `“${title}”`,
    service,
    assignee && t('templates.for', 'for {{- assignee}}', { assignee }),
    count(roles) > 0 && t('templates.roles', 'roles: {{- count}}', { count: count(roles) }),
    count(fields) > 0 && t('templates.fields', 'fields: {{- count}}', { count: count(fields) }),
    tasks.length > 0 && t('templates.tasks', 'tasks: {{- count}}', { count: tasks.length }),
    comment && t('templates.comment', 'a comment'),
  ].filter((each) => typeof each === 'string' && each !== '') as string[];
}
