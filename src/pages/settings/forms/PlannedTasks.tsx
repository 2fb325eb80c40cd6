/** Tasks that every incident of a kind begins with. */
import { t } from '@grafana/i18n';
import { Button, Combobox, IconButton, Input, Stack } from '@grafana/ui';
import { type PlannedTaskShape, type TaskKind } from '../../../api/types.gen';
import { AssigneePicker, type KnownPerson } from '../../../components/AssigneePicker';

interface PlannedTasksProps {
  tasks: PlannedTaskShape[];
  onChange: (tasks: PlannedTaskShape[]) => void;
  people: readonly KnownPerson[];
  me: string;
}

export function PlannedTasks({ tasks, onChange, people, me }: PlannedTasksProps) {
  const change = (at: number, part: Partial<PlannedTaskShape>) =>
    onChange(tasks.map((each, index) => (index === at ? { ...each, ...part } : each)));
  return (
    <Stack direction="column" gap={1}>
      {tasks.map((task, at) => (
        // Tasks have no identity but their place.
        <Stack key={at} alignItems="center" gap={1}>
          <Input
            aria-label={t('planned.title', 'What is to be done')}
            value={task.title}
            onChange={(event) => change(at, { title: event.currentTarget.value })}
          />
          <Combobox<TaskKind>
            aria-label={t('planned.kind', 'When')}
            width={16}
            value={task.kind ?? 'task'}
            options={[
              { value: 'task', label: t('planned.task', 'task') },
              { value: 'followup', label: t('planned.followup', 'follow-up') },
            ]}
            onChange={({ value }) => change(at, { kind: value })}
          />
          <AssigneePicker
            label={t('planned.who', 'Who')}
            width={20}
            value={task.assignee ?? ''}
            people={people}
            me={me}
            onChange={(assignee) => change(at, { assignee })}
          />
          <Input
            aria-label={t('planned.due', 'Due after minutes')}
            placeholder={t('planned.due-hint', 'due after')}
            type="number"
            min={1}
            width={16}
            suffix={t('planned.minutes', 'min')}
            value={task.dueMinutes ?? ''}
            onChange={(event) => change(at, { dueMinutes: event.currentTarget.valueAsNumber || null })}
          />
          <IconButton
            name="trash-alt"
            tooltip={t('planned.remove', 'Remove this task')}
            onClick={() => onChange(tasks.filter((_, index) => index !== at))}
          />
        </Stack>
      ))}
      <div>
        <Button
          type="button"
          size="sm"
          variant="secondary"
          icon="plus"
          onClick={() => onChange([...tasks, { title: '' }])}
        >
          {t('planned.add', 'Add a task')}
        </Button>
      </div>
    </Stack>
  );
}
