/** What is to be done while it lasts, and what follows from it. */
import { t } from '@grafana/i18n';
import { Alert, Button, Checkbox, IconButton, Input, RadioButtonGroup, Stack, Text } from '@grafana/ui';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useFallbackInterval } from '../../../api/live';
import { tasksQuery, useAddTask, useDeleteTask, useEditTask } from '../../../api/tasks';
import { type TaskShape } from '../../../api/types.gen';
import { AssigneePicker, type KnownPerson } from '../../../components/AssigneePicker';
import { Moment } from '../../../components/Moment';
import { LoadingState, StateView } from '../../../components/StateView';
import { useNow } from '../../../lib/now';
import { type TabProps } from './tabs';

export function Tasks({ incident, readOnly, people, me }: TabProps) {
  const tasks = useQuery({ ...tasksQuery(incident.number), refetchInterval: useFallbackInterval() });
  return (
    <Stack direction="column" gap={3}>
      {!readOnly && <AddTask number={incident.number} people={people} me={me} />}
      <StateView query={tasks} loading={<LoadingState lines={4} />}>
        {({ items }) => (
          <>
            <TaskGroup
              title={t('tasks.now', 'Tasks')}
              empty={t('tasks.now-none', 'Nothing to do is written down')}
              tasks={items.filter((each) => each.kind !== 'followup')}
              number={incident.number}
              readOnly={readOnly}
            />
            <TaskGroup
              title={t('tasks.later', 'Follow-ups')}
              empty={t('tasks.later-none', 'No follow-ups: what keeps it from happening again?')}
              tasks={items.filter((each) => each.kind === 'followup')}
              number={incident.number}
              readOnly={readOnly}
            />
          </>
        )}
      </StateView>
    </Stack>
  );
}

interface TaskGroupProps {
  title: string;
  empty: string;
  tasks: readonly TaskShape[];
  number: string;
  readOnly: boolean;
}

function TaskGroup({ title, empty, tasks, number, readOnly }: TaskGroupProps) {
  const edit = useEditTask(number);
  const remove = useDeleteTask(number);
  const now = useNow(60);
  const done = tasks.filter((each) => each.done).length;
  return (
    <section aria-label={title}>
      <Text variant="h5" element="h2">
        {tasks.length > 0
          ? t('tasks.count', '{{- title}} ({{- done}} of {{- all}})', { title, done, all: tasks.length })
          : title}
      </Text>
      {tasks.length === 0 && <Text color="secondary">{empty}</Text>}
      {tasks.map((task) => (
        <Stack key={task.id} gap={2} alignItems="center" justifyContent="space-between">
          <Checkbox
            label={task.title}
            value={task.done}
            disabled={readOnly}
            onChange={(event) => edit.mutate({ id: task.id, patch: { done: event.currentTarget.checked } })}
          />
          <Stack gap={2} alignItems="center">
            {task.assignee && <Text color="secondary">{task.assignee}</Text>}
            {task.dueAt && (
              <Text color={!task.done && Date.parse(task.dueAt) < now ? 'error' : 'secondary'}>
                {t('tasks.due', 'due')} <Moment at={task.dueAt} />
              </Text>
            )}
            {!readOnly && (
              <IconButton
                name="trash-alt"
                tooltip={t('tasks.delete', 'Delete {{- title}}', { title: task.title })}
                onClick={() => remove.mutate(task.id)}
              />
            )}
          </Stack>
        </Stack>
      ))}
    </section>
  );
}

function AddTask({ number, people, me }: { number: string; people: readonly KnownPerson[]; me: string }) {
  const add = useAddTask(number);
  const [title, setTitle] = useState('');
  const [kind, setKind] = useState('task');
  const [assignee, setAssignee] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate({ title: title.trim(), kind, assignee }, { onSuccess: () => setTitle('') });
  };
  return (
    <form onSubmit={submit}>
      {add.error && (
        <Alert severity="error" title={t('tasks.refused', 'The task was not added')}>
          {add.error.message}
        </Alert>
      )}
      <Stack gap={1} wrap="wrap" alignItems="center">
        <RadioButtonGroup
          aria-label={t('tasks.kind', 'Kind')}
          options={[
            { value: 'task', label: t('tasks.kind-task', 'Task') },
            { value: 'followup', label: t('tasks.kind-followup', 'Follow-up') },
          ]}
          value={kind}
          onChange={setKind}
        />
        <Input
          width={50}
          value={title}
          maxLength={500}
          aria-label={t('tasks.title', 'What is to be done')}
          placeholder={t('tasks.title', 'What is to be done')}
          onChange={(event) => setTitle(event.currentTarget.value)}
        />
        <AssigneePicker width={20} value={assignee} people={people} me={me} onChange={setAssignee} />
        <Button type="submit" variant="secondary" icon="plus" disabled={title.trim() === '' || add.isPending}>
          {t('tasks.add', 'Add')}
        </Button>
      </Stack>
    </form>
  );
}
