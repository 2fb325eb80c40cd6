/** The own states within the built-in ones, while they are changed or for those who may only read. */
import { t } from '@grafana/i18n';
import { Button, Combobox, Field, IconButton, Input, Stack } from '@grafana/ui';
import { type ReactNode } from 'react';
import { PlainTable } from '../../../components/PlainTable';
import { STATUSES, statusText } from '../../../components/StatusBadge';
import { canShift, changed, shifted, type StageDraft, withNewStage } from './stageDraft';

const MOST = 40;

interface StageTableProps {
  stages: readonly StageDraft[];
  canEdit: boolean;
  /** What was refused, by the position of the state and its field. */
  problem: (position: number, field: string) => { invalid?: true; error?: string };
  onChange: (stages: StageDraft[]) => void;
}

export function StageTable({ stages, canEdit, problem, onChange }: StageTableProps) {
  return (
    <Stack direction="column" gap={1} alignItems="flex-start">
      {stages.length > 0 && (
        <PlainTable
          label={t('stages.table', 'Own states')}
          head={[
            t('stages.name', 'Own state'),
            t('stages.counts-as', 'Counts as'),
            t('stages.meaning', 'When an incident is in it'),
            ...(canEdit ? [''] : []),
          ]}
          rows={stages.map((stage, position) => ({
            key: stage.key,
            cells: canEdit
              ? cellsOf(
                  stage,
                  (field) => problem(position, field),
                  (part) => onChange(changed(stages, stage.key, part)),
                  <Moves key="moves" stage={stage} stages={stages} onChange={onChange} />
                )
              : [stage.label, statusText(stage.status), stage.meaning || '–'],
          }))}
        />
      )}
      {canEdit && (
        <Button
          variant="secondary"
          icon="plus"
          disabled={stages.length >= MOST}
          onClick={() => onChange(withNewStage(stages, freshKey(stages)))}
        >
          {t('stages.add', 'Add an own state')}
        </Button>
      )}
    </Stack>
  );
}

function cellsOf(
  stage: StageDraft,
  problem: (field: string) => { invalid?: true; error?: string },
  change: (part: Partial<StageDraft>) => void,
  moves: ReactNode
): ReactNode[] {
  const name = stage.label || t('stages.new', 'New state');
  // The id is made of the name, so what is wrong with it is shown there.
  const wrong = { ...problem('id'), ...problem('label') };
  return [
    <Field key="label" noMargin {...wrong}>
      <Input
        width={26}
        maxLength={30}
        aria-label={t('stages.name-of', 'Name of {{- name}}', { name })}
        value={stage.label}
        onChange={(event) => change({ label: event.currentTarget.value })}
      />
    </Field>,
    <Field key="status" noMargin {...problem('status')}>
      <Combobox
        width={20}
        aria-label={t('stages.counts-as-of', '{{- name}} counts as', { name })}
        value={stage.status}
        options={STATUSES.map((value) => ({ value, label: statusText(value) }))}
        onChange={({ value }) => change({ status: value })}
      />
    </Field>,
    <Field key="meaning" noMargin {...problem('meaning')}>
      <Input
        width={50}
        maxLength={300}
        aria-label={t('stages.meaning-of', '{{- name}} means', { name })}
        value={stage.meaning}
        onChange={(event) => change({ meaning: event.currentTarget.value })}
      />
    </Field>,
    moves,
  ];
}

function Moves({ stage, stages, onChange }: { stage: StageDraft } & Pick<StageTableProps, 'stages' | 'onChange'>) {
  const name = stage.label || t('stages.new', 'New state');
  return (
    <Stack gap={1}>
      <IconButton
        name="arrow-up"
        disabled={!canShift(stages, stage.key, -1)}
        aria-label={t('stages.up', 'Move {{- name}} up', { name })}
        onClick={() => onChange(shifted(stages, stage.key, -1))}
      />
      <IconButton
        name="arrow-down"
        disabled={!canShift(stages, stage.key, 1)}
        aria-label={t('stages.down', 'Move {{- name}} down', { name })}
        onClick={() => onChange(shifted(stages, stage.key, 1))}
      />
      <IconButton
        name="trash-alt"
        aria-label={t('stages.remove', 'Remove {{- name}}', { name })}
        onClick={() => onChange(stages.filter((each) => each.key !== stage.key))}
      />
    </Stack>
  );
}

/** A key that no state has. */
function freshKey(stages: readonly StageDraft[]): string {
  let number = stages.length;
  while (stages.some((each) => each.key === `new-${number}`)) {
    number += 1;
  }
  return `new-${number}`;
}
