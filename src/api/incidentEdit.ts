/**
 * Changing one incident: shown at once, taken back when it is refused, and never over somebody's head.
 *
 * A change names the version that the person saw. When the incident moved on meanwhile, the change is sent
 * again if nobody touched the same fields; otherwise a `Clash` says what is there and what was wanted.
 */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ApiError, apiError, call, read, segment } from './client';
import { incidentKeys, keepDetail } from './incidents';
import { type IncidentDetailShape, type IncidentPatch } from './types.gen';

type Field = Exclude<keyof IncidentPatch, 'version' | 'comment' | 'force' | 'reopen' | 'milestones' | 'links'>;

/** Somebody else changed the same fields. */
export class Clash extends ApiError {
  constructor(
    readonly theirs: IncidentDetailShape,
    readonly yours: IncidentPatch,
    readonly fields: readonly string[]
  ) {
    super('somebody else changed the same fields', 409, 'clash');
  }
}

/** How often a change is sent anew because others change the incident at the same time. */
const MOST_TRIES = 5;

const FIELDS: readonly Field[] = [
  ...(['title', 'summary', 'severity', 'level', 'status', 'stage', 'service', 'services', 'environment'] as const),
  ...(['labels', 'fields', 'roles', 'assignee', 'rootCause', 'drill'] as const),
];

/** The fields of a change that are neither as they were seen nor as they are wanted: both sides changed them. */
export function clashing(
  seen: IncidentDetailShape,
  theirs: IncidentDetailShape,
  patch: IncidentPatch
): readonly string[] {
  const plain = FIELDS.filter(
    (field) => field in patch && !same(seen[field], theirs[field]) && !same(theirs[field], patch[field])
  );
  const stamps = Object.entries(patch.milestones ?? {})
    .filter(([name, at]) => {
      const [was, is] = [seen.milestones[name]?.at, theirs.milestones[name]?.at];
      return was !== is && is !== at;
    })
    .map(([name]) => `milestones.${name}`);
  const links = patch.links && !same(seen.links, theirs.links) ? ['links'] : [];
  return [...plain, ...stamps, ...links];
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** The incident as it will be when the change is taken. */
export function expected(before: IncidentDetailShape, patch: IncidentPatch): IncidentDetailShape {
  const { version: _version, comment: _comment, force: _force, reopen: _reopen, milestones, ...plain } = patch;
  const stamps = Object.entries(milestones ?? {}).map(([name, at]) => [name, { at, by: '' }]);
  return { ...before, ...plain, milestones: { ...before.milestones, ...Object.fromEntries(stamps) } };
}

export interface IncidentEdit {
  patch: IncidentPatch;
  /** The incident as the person saw it when the edit began; otherwise as it is shown now. */
  seen?: IncidentDetailShape;
}

export function useEditIncident(number: string) {
  const client = useQueryClient();
  const key = incidentKeys.one(number);
  return useMutation({
    meta: { quiet: true },
    // One after the other: two quick edits of one person must not meet each other as strangers.
    scope: { id: `incident ${number}` },
    mutationFn: ({ patch, seen }: IncidentEdit) => send(number, patch, seen),
    onMutate: async (edit) => {
      await client.cancelQueries({ queryKey: key });
      const before = client.getQueryData<IncidentDetailShape>(key);
      edit.seen ??= before;
      if (before) {
        client.setQueryData(key, expected(before, edit.patch));
      }
      return { before };
    },
    onError: (error, _edit, result) => {
      const older = error instanceof Clash ? error.theirs : result?.before;
      if (older) {
        client.setQueryData(key, older);
      }
    },
    onSuccess: (answer) => keepDetail(client, answer),
    onSettled: () => client.invalidateQueries({ queryKey: incidentKeys.heads }),
  });
}

async function send(
  number: string,
  patch: IncidentPatch,
  seen: IncidentDetailShape | undefined
): Promise<IncidentDetailShape> {
  const path = `incidents/${segment(number)}` as const;
  let version = patch.version ?? seen?.version;
  for (let tries = 1; ; tries += 1) {
    try {
      return await call('PATCH', path, { body: { ...patch, version } });
    } catch (error) {
      const failure = apiError(error);
      if (failure.code !== 'stale_write' || !seen || tries >= MOST_TRIES) {
        throw failure;
      }
      const theirs = await read(path);
      const fields = clashing(seen, theirs, patch);
      if (fields.length > 0) {
        throw new Clash(theirs, patch, fields);
      }
      version = theirs.version;
    }
  }
}
