import { type DataFrame, LoadingState } from '@grafana/data';
import { screen, within } from '@testing-library/react';
import { panelProps, table } from '../../test/panel';
import { render } from '../../test/render';
import { KUBERNETES_DEFAULTS, type KubernetesOptions } from './options';
import { KubernetesPanel } from './KubernetesPanel';

const pod = (name: string, more: object = {}) => ({
  pod: name,
  namespace: 'shop',
  phase: 'Running',
  ready: 1,
  containers: 1,
  restarts: 0,
  trouble: '',
  last_exit: '',
  node: 'node-1',
  created: Date.parse('2026-01-01T00:00:00Z'),
  ...more,
});

const ROWS = [
  pod('a-well'),
  pod('b-crashing', { trouble: 'CrashLoopBackOff', ready: 0, restarts: 7, last_exit: 'Error' }),
  pod('c-restarted', { restarts: 3 }),
  pod('d-job', { phase: 'Succeeded', ready: 0 }),
  pod('e-starting', { phase: 'Running', ready: 0 }),
];

function show(series: DataFrame[], options: Partial<KubernetesOptions> = {}, size: object = {}) {
  return render(<KubernetesPanel {...panelProps({ ...KUBERNETES_DEFAULTS, ...options }, { series, ...size })} />);
}

const names = () =>
  within(screen.getByRole('table'))
    .getAllByRole('row')
    .slice(1)
    .map((row) => within(row).getAllByRole('cell')[1]?.textContent);

describe('the Kubernetes panel', () => {
  it('shows pods with what is wrong, those in trouble first (F14)', () => {
    show([table('kubernetes_pods', ROWS)]);
    expect(names()).toEqual(['b-crashing', 'c-restarted', 'e-starting', 'a-well', 'd-job']);
    const [, first] = screen.getAllByRole('row');
    expect(first).toHaveTextContent('CrashLoopBackOff');
    expect(first).toHaveTextContent('0/1');
    expect(first).toHaveTextContent('7');
  });

  it('counts pods by how they are, in words', () => {
    show([table('kubernetes_pods', ROWS)]);
    for (const text of ['in trouble', 'worth a look', 'well']) {
      expect(screen.getByText(text)).toBeInTheDocument();
    }
  });

  it('shows only trouble when asked so, and says so when there is none', () => {
    const { unmount } = show([table('kubernetes_pods', ROWS)], { onlyTrouble: true, restartsWarn: 0 });
    expect(names()).toEqual(['b-crashing', 'e-starting']);
    unmount();
    show([table('kubernetes_pods', [pod('a-well')])], { onlyTrouble: true });
    expect(screen.getByText('No pod is in trouble')).toBeInTheDocument();
  });

  it('leaves node and age out when it is narrow', () => {
    show([table('kubernetes_pods', ROWS)], {}, { width: 400 });
    expect(screen.queryByText('node-1')).not.toBeInTheDocument();
  });

  it('shows so many and says how many more there are', () => {
    show([table('kubernetes_pods', ROWS)], { limit: 2 });
    expect(names()).toHaveLength(2);
    expect(screen.getByText('3 more pods')).toBeInTheDocument();
  });

  it('can be scrolled by keyboard', () => {
    show([table('kubernetes_pods', ROWS)]);
    expect(screen.getByRole('group')).toHaveAttribute('tabindex', '0');
  });

  it('says why its query failed', () => {
    show([], {}, { state: LoadingState.Error, error: 'kubernetes is not configured' });
    expect(screen.getByRole('status')).toHaveTextContent('The query failed');
    expect(screen.getByRole('status')).toHaveTextContent('kubernetes is not configured');
  });

  it('says what it needs, and when there are no pods', () => {
    const { unmount } = show([table('x', [{ pod: 'a' }])]);
    expect(screen.getByRole('status')).toHaveTextContent('needs the query “Kubernetes pods” as a table');
    unmount();
    show([{ ...table('kubernetes_pods', ROWS), length: 0 }]);
    expect(screen.getByRole('status')).toHaveTextContent('No pods');
  });
});
