/** Tasks that every incident of a kind begins with. */
import { t } from '@grafana/i18n';
import { Combobox, Input } from '@grafana/ui';
import { type PlannedTaskShape, type TaskKind } from '../../../api/types.gen';
import { AssigneePicker, type KnownPerson } from '../../../components/AssigneePicker';
import { RowList } from '../../../components/RowList';

interface PlannedTasksProps {
  tasks: PlannedTaskShape[];
  onChange: (tasks: PlannedTaskShape[]) => void;
  people: readonly KnownPerson[];
  me: string;
}

export function PlannedTasks({ tasks, onChange, people, me }: PlannedTasksProps) {
  return (
    <RowList<PlannedTaskShape>
      rows={tasks}
      onChange={onChange}
      fresh={{ title: '' }}
      addLabel={t('planned.add', 'Add a task')}
      removeLabel={() => t('planned.remove', 'Remove this task')}
    >
      {(task, change) => (
        <>
          <Input
            aria-label={t('planned.title', 'What is to be done')}
            value={task.title}
            onChange={(event) => change({ title: event.currentTarget.value })}
          />
          <Combobox<TaskKind>
            aria-label={t('planned.kind', 'When')}
            width={16}
            value={task.kind ?? 'task'}
            options={[
              { value: 'task', label: t('planned.task', 'task') },
              { value: 'followup', label: t('planned.followup', 'follow-up') },
            ]}
            onChange={({ value }) => change({ kind: value })}
          />
          <AssigneePicker
            label={t('planned.who', 'Who')}
            width={20}
            value={task.assignee ?? ''}
            people={people}
            me={me}
            onChange={(assignee) => change({ assignee })}
          />
          <Input
            aria-label={t('planned.due', 'Due after minutes')}
            placeholder={t('planned.due-hint', 'due after')}
            type="number"
            min={1}
            width={16}
            suffix={t('planned.minutes', 'min')}
            value={task.dueMinutes ?? ''}
            onChange={(event) => change({ dueMinutes: event.currentTarget.valueAsNumber || null })}
          />
        </>
      )}
    </RowList>
  );
}
