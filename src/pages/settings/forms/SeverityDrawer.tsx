/** Change the severity ladder: levels in their order, and where the incidents of a level go that goes. */
import { t } from '@grafana/i18n';
import { Alert, Button, Combobox, Field, Stack } from '@grafana/ui';
import { useState } from 'react';
import { useSaveSeverities } from '../../../api/severities';
import { type SeveritiesShape } from '../../../api/types.gen';
import { problemAt } from '../../../components/FieldErrors';
import { FormDrawer } from '../FormDrawer';
import { LevelFields } from './LevelFields';
import { changed, draftOf, idOf, inputOf, leaving, shifted, without, withNewLevel } from './severityDraft';

const MOST = 12;

interface SeverityDrawerProps {
  ladder: SeveritiesShape;
  onClose: () => void;
}

export function SeverityDrawer({ ladder, onClose }: SeverityDrawerProps) {
  const save = useSaveSeverities();
  const [draft, setDraft] = useState(() => draftOf(ladder));
  const [made, setMade] = useState(0);
  const gone = leaving(draft, ladder);
  const isReady = draft.levels.length > 0 && draft.levels.every(({ title }) => title.trim() !== '');
  const add = () => {
    setDraft((before) => withNewLevel(before, `new-${made}`));
    setMade(made + 1);
  };
  return (
    <FormDrawer
      title={t('severities.change', 'Change severities')}
      subtitle={t('severities.order', 'Most urgent first')}
      onClose={onClose}
      error={save.error}
      ready={isReady}
      busy={save.isPending}
      onSubmit={() => save.mutate(inputOf(draft, ladder), { onSuccess: onClose })}
    >
      <Stack direction="column" gap={2}>
        {draft.levels.map((level, position) => (
          <LevelFields
            key={level.key}
            level={level}
            isFirst={position === 0}
            isLast={position === draft.levels.length - 1}
            problem={(field) => problemAt(save.error, `levels[${position}].${field}`)}
            onChange={(part) => setDraft((before) => changed(before, level.key, part))}
            onMove={(by) => setDraft((before) => shifted(before, level.key, by))}
            onRemove={() => setDraft((before) => without(before, level.key))}
          />
        ))}
        <div>
          <Button variant="secondary" icon="plus" disabled={draft.levels.length >= MOST} onClick={add}>
            {t('severities.add', 'Add a level')}
          </Button>
        </div>
        {gone.length > 0 && (
          <Alert severity="info" title={t('severities.leaving', 'Incidents are on levels that go')}>
            {gone.map(({ id, title, incidents }) => (
              <Field
                key={id}
                noMargin
                label={t('severities.moves', 'Incidents on {{- title}}: {{- count}}, move them to', {
                  title,
                  count: incidents,
                })}
                {...problemAt(save.error, `moves.${id}`)}
              >
                <Combobox
                  value={draft.moves[id] ?? null}
                  options={draft.levels.map((each) => ({ value: idOf(each), label: each.title }))}
                  onChange={({ value }) =>
                    setDraft((before) => ({ ...before, moves: { ...before.moves, [id]: value } }))
                  }
                />
              </Field>
            ))}
          </Alert>
        )}
      </Stack>
    </FormDrawer>
  );
}
