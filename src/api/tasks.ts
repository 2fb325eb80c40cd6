/** Tasks of an incident, and follow-ups that outlive it. */
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { call, read, segment } from './client';
import { incidentKeys } from './incidents';
import { type TaskInput, type TaskListShape, type TaskPatch } from './types.gen';

const key = (number: string) => ['incidents', 'tasks', number] as const;

export function tasksQuery(number: string) {
  return queryOptions({
    queryKey: key(number),
    queryFn: ({ signal }) => read(`incidents/${segment(number)}/tasks`, { signal }),
  });
}

function useRefresh(number: string) {
  const client = useQueryClient();
  return () =>
    Promise.all([
      client.invalidateQueries({ queryKey: key(number) }),
      client.invalidateQueries({ queryKey: incidentKeys.one(number) }),
    ]);
}

export function useAddTask(number: string) {
  return useMutation({
    meta: { quiet: true },
    mutationFn: (input: TaskInput) => call('POST', `incidents/${segment(number)}/tasks`, { body: input }),
    onSuccess: useRefresh(number),
  });
}

/** A change of a task is shown at once and taken back when it is refused. */
export function useEditTask(number: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, patch }: { id: number; patch: TaskPatch }) =>
      call('PATCH', `incidents/${segment(number)}/tasks/${segment(id)}`, { body: patch }),
    onMutate: async ({ id, patch }) => {
      await client.cancelQueries({ queryKey: key(number) });
      const before = client.getQueryData<TaskListShape>(key(number));
      client.setQueryData<TaskListShape>(
        key(number),
        (list) => list && { items: list.items.map((each) => (each.id === id ? { ...each, ...patch } : each)) }
      );
      return { before };
    },
    onError: (_error, _change, result) => client.setQueryData(key(number), result?.before),
    onSettled: useRefresh(number),
  });
}

export function useDeleteTask(number: string) {
  return useMutation({
    mutationFn: (id: number) => call('DELETE', `incidents/${segment(number)}/tasks/${segment(id)}`),
    onSuccess: useRefresh(number),
  });
}
