/** Pods out of the rows of the query “Kubernetes pods”. */
import { FieldType } from '@grafana/data';
import { type Needed, type Table } from '../table/columns';
import { type KubernetesOptions } from './options';

export const POD_COLUMNS: Needed = {
  pod: FieldType.string,
  phase: FieldType.string,
  ready: FieldType.number,
  containers: FieldType.number,
  restarts: FieldType.number,
  trouble: FieldType.string,
};

/** `bad`: it does not work; `odd`: it works, but has restarted often or is not ready; `good`. */
export type Health = 'bad' | 'odd' | 'good';

export interface Pod {
  name: string;
  namespace: string;
  phase: string;
  ready: number;
  containers: number;
  restarts: number;
  /** What is wrong, as Kubernetes calls it; empty when nothing is. */
  trouble: string;
  lastExit: string;
  node: string;
  createdAt: string | null;
  health: Health;
}

export interface ShownPods {
  shown: Pod[];
  more: number;
  counts: Record<Health, number>;
}

const ORDER: readonly Health[] = ['bad', 'odd', 'good'];

/** The pods to show, those in trouble first. */
export function podsOf(
  table: Table,
  { onlyTrouble, restartsWarn, limit }: Pick<KubernetesOptions, 'onlyTrouble' | 'restartsWarn' | 'limit'>
): ShownPods {
  const all = table.rows((row): Pod => {
    const pod = {
      name: table.text('pod', row),
      namespace: table.text('namespace', row),
      phase: table.text('phase', row),
      ready: table.number('ready', row) ?? 0,
      containers: table.number('containers', row) ?? 0,
      restarts: table.number('restarts', row) ?? 0,
      trouble: table.text('trouble', row),
      lastExit: table.text('last_exit', row),
      node: table.text('node', row),
      createdAt: table.time('created', row),
    };
    return { ...pod, health: healthOf(pod, restartsWarn) };
  });
  const counts = { bad: 0, odd: 0, good: 0 };
  all.forEach((pod) => counts[pod.health]++);
  const wanted = all
    .filter((pod) => !onlyTrouble || pod.health !== 'good')
    .sort((a, b) => ORDER.indexOf(a.health) - ORDER.indexOf(b.health) || a.name.localeCompare(b.name));
  const shown = limit > 0 ? wanted.slice(0, limit) : wanted;
  return { shown, more: wanted.length - shown.length, counts };
}

function healthOf(pod: Omit<Pod, 'health'>, restartsWarn: number): Health {
  if (pod.trouble !== '' || pod.phase === 'Failed') {
    return 'bad';
  }
  // A finished job is not ready and needs not be.
  const isUnready = pod.phase !== 'Succeeded' && pod.ready < pod.containers;
  return isUnready || (restartsWarn > 0 && pod.restarts >= restartsWarn) ? 'odd' : 'good';
}
