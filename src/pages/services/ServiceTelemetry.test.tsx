import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import {
  type ComparedShape,
  type CoveragePartShape,
  type ReportedChangeShape,
  type RolloutShape,
} from '../../api/types.gen';
import { render } from '../../test/render';
import { at, server } from '../../test/server';
import { aService } from '../../test/services';
import { ServiceCoverage } from './ServiceCoverage';
import { ServiceDependencies } from './ServiceDependencies';
import { ServiceChanges } from './ServiceChanges';
import { ServiceRisks } from './ServiceRisks';
import { ServiceRollouts } from './ServiceRollouts';

const HOSTILE = '<img src=x onerror="window.hacked=1">';

const refuse = () =>
  HttpResponse.json({ code: 'source_failed', message: 'Prometheus did not answer' }, { status: 502 });

function aRollout(part: Partial<RolloutShape> = {}): RolloutShape {
  return {
    service: 'checkout',
    namespace: 'shop',
    version: 'checkout-7d9',
    revision: 7,
    startedAt: '2026-03-01T12:00:00Z',
    knownBy: 'created',
    backTo: null,
    state: 'worse',
    summary: 'checkout revision 7: shop/checkout:6 to shop/checkout:7',
    reasons: ['failed requests from 0.10% to 4.20%'],
    numbers: {
      requestsBefore: 1200.3,
      requestsAfter: 1100,
      errorPercentBefore: 0.1,
      errorPercentAfter: 4.2,
      p95MsBefore: 120,
      p95MsAfter: null,
    },
    judgedAt: '2026-03-01T12:20:00Z',
    compared: null,
    differences: [],
    ...part,
  };
}

describe('the rollouts of a service', () => {
  it('show verdict, reasons and the numbers before and after, with their units', async () => {
    let asked = new URLSearchParams();
    server.use(
      http.get(at('rollouts'), ({ request }) => {
        asked = new URL(request.url).searchParams;
        const running = aRollout({ version: 'b', summary: HOSTILE, state: 'in_progress', reasons: [], numbers: {} });
        return HttpResponse.json({ items: [aRollout(), running] });
      })
    );
    const { container } = render(<ServiceRollouts name="checkout" />);
    const row = await screen.findByRole('row', { name: /revision 7/ });
    expect(within(row).getByText('Worse')).toBeInTheDocument();
    expect(within(row).getByText('failed requests from 0.10% to 4.20%')).toBeInTheDocument();
    expect(within(row).getByText('0.10% → 4.20%')).toBeInTheDocument();
    expect(within(row).getByText('120.00 ms → –')).toBeInTheDocument();
    expect(within(row).getByText('1,200 → 1,100')).toBeInTheDocument();
    const other = screen.getByRole('row', { name: /onerror/ });
    expect(within(other).getByText('In progress')).toBeInTheDocument();
    expect(within(other).getAllByText('no data')).toHaveLength(3);
    expect(container.querySelector('img[src="x"]')).toBeNull();
    expect(asked.get('service')).toBe('checkout');
    expect(Date.parse(asked.get('from') ?? '')).not.toBeNaN();
  });

  it('list a rollback beside the first turn of its version, and say where only a bound is known (row 59)', async () => {
    const first = aRollout({ summary: 'the first turn', revision: 1 });
    const back = aRollout({ summary: 'rolled back to revision 1', revision: 3, backTo: 1, knownBy: 'first_pod' });
    server.use(http.get(at('rollouts'), () => HttpResponse.json({ items: [back, first] })));
    render(<ServiceRollouts name="checkout" />);
    const row = await screen.findByRole('row', { name: /rolled back to revision 1/ });
    expect(within(row).getByText(/at or before/)).toBeInTheDocument();
    const other = screen.getByRole('row', { name: /the first turn/ });
    expect(within(other).queryByText(/at or before/)).toBeNull();
  });

  it('show which pods a verdict compares, when, on how many requests, and with which queries (row 60)', async () => {
    const side = { start: '2026-03-01T12:02:00Z', end: '2026-03-01T12:10:00Z', pods: 2, queries: [HOSTILE] };
    const compared: ComparedShape = {
      basis: 'pods_before_after',
      why: 'both versions did not serve together for long enough',
      told: 'new pods after it',
      old: { ...side, requests: 1200.3, pods: 0 },
      new: { ...side, requests: null, pods: 3 },
      measures: [
        {
          what: 'error_percent',
          shift: 'higher',
          old: 0.1,
          new: 4.2,
          low: 2.5,
          high: 6,
          samplesOld: 1200,
          samplesNew: 1100,
        },
        { what: 'p95_ms', shift: 'no_data', old: 120, new: null, low: null, high: null, samplesOld: 9, samplesNew: 0 },
      ],
    };
    server.use(http.get(at('rollouts'), () => HttpResponse.json({ items: [aRollout({ compared })] })));
    const { container } = render(<ServiceRollouts name="checkout" />);
    await userEvent.click(await screen.findByText('New pods after, old pods before'));
    expect(screen.getByText(/did not serve together/)).toBeInTheDocument();
    const measures = within(screen.getByRole('region', { name: 'How both versions did: checkout-7d9' }));
    const cells = (name: RegExp) => within(measures.getByRole('row', { name })).getAllByRole('cell');
    expect(cells(/Failed requests/).map((cell) => cell.textContent)).toEqual([
      '0.10%',
      '4.20%',
      '2.50% … 6.00%',
      '1,200 · 1,100',
      'Higher',
    ]);
    expect(cells(/95th/).map((cell) => cell.textContent)).toEqual(['120.00 ms', '–', '–', '9 · 0', 'No data']);
    const windows = within(screen.getByRole('region', { name: 'When they were measured: checkout-7d9' }));
    expect(within(windows.getByRole('row', { name: /New/ })).getByText('–')).toBeInTheDocument();
    const old = within(windows.getByRole('row', { name: /Old/ }));
    expect(old.getByTitle(HOSTILE)).toBeInTheDocument();
    expect(old.getByRole('cell', { name: '1,200' })).toBeInTheDocument();
    expect(old.getByRole('cell', { name: '–' })).toBeInTheDocument();
    expect(container.querySelector('img[src="x"]')).toBeNull();
  });

  it('say where they come from when there is none', async () => {
    server.use(http.get(at('rollouts'), () => HttpResponse.json({ items: [] })));
    render(<ServiceRollouts name="checkout" />);
    expect(await screen.findByText(/read from Kubernetes/)).toBeInTheDocument();
  });

  it('say why they cannot be shown, and can be asked for again', async () => {
    server.use(http.get(at('rollouts'), refuse));
    render(<ServiceRollouts name="checkout" />);
    expect(await screen.findByText('Prometheus did not answer')).toBeInTheDocument();
    server.use(http.get(at('rollouts'), () => HttpResponse.json({ items: [aRollout()] })));
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText('Worse')).toBeInTheDocument();
  });
});

describe('the changes that were told of (row 62)', () => {
  const told = (part: Partial<ReportedChangeShape>): ReportedChangeShape => ({
    id: 1,
    key: 'run-7',
    service: 'checkout',
    kind: 'flag',
    title: 'new-checkout on',
    version: '',
    url: 'https://ci.example/run/7',
    author: 'Ada',
    at: '2026-03-01T12:00:00Z',
    reportedAt: '2026-03-01T12:00:01Z',
    reportedBy: 'pipeline',
    ...part,
  });

  it('show what was done, by whom, and lead to where it was done', async () => {
    const hostile = told({ id: 2, title: HOSTILE, url: 'javascript:alert(1)', kind: 'deploy' });
    server.use(http.get(at('changes'), () => HttpResponse.json({ items: [told({}), hostile] })));
    const { container } = render(<ServiceChanges name="checkout" />);
    const row = await screen.findByRole('row', { name: /new-checkout on/ });
    expect(within(row).getByText('Feature flag')).toBeInTheDocument();
    expect(within(row).getByText('pipeline')).toBeInTheDocument();
    expect(within(row).getByRole('link')).toHaveAttribute('href', 'https://ci.example/run/7');
    expect(within(screen.getByRole('row', { name: /onerror/ })).queryByRole('link')).toBeNull();
    expect(container.querySelector('img[src="x"]')).toBeNull();
  });

  it('say how to tell of one when there is none', async () => {
    server.use(http.get(at('changes'), () => HttpResponse.json({ items: [] })));
    render(<ServiceChanges name="checkout" />);
    expect(await screen.findByText(/POST changes/)).toBeInTheDocument();
  });
});

describe('the coverage of a service', () => {
  const cover = (parts: CoveragePartShape[], share: number) =>
    server.use(
      http.get(at('services/checkout/coverage'), () =>
        HttpResponse.json({ service: 'checkout', dialect: '', label: '', share, parts })
      )
    );
  const line = 'metric_relabel_configs: [{source_labels: [app], target_label: service_name}]';

  it('says what is missing, and gives the line that would show it to copy', async () => {
    const user = userEvent.setup();
    vi.stubGlobal('isSecureContext', true);
    cover(
      [
        { subject: 'requests', state: 'missing', detail: `named by app ${HOSTILE}`, fix: line },
        { subject: 'logs', state: 'present', detail: '{service_name="checkout"}', fix: '' },
        { subject: 'traces', state: 'missing', detail: 'no trace within 1 hour', fix: 'set service.name' },
        { subject: 'cluster', state: 'not_configured', detail: 'Kubernetes is not configured', fix: '' },
      ],
      1 / 3
    );
    const { container } = render(<ServiceCoverage name="checkout" />);
    const row = await screen.findByRole('row', { name: /^Requests/ });
    expect(within(row).getByText('Missing')).toBeInTheDocument();
    expect(within(row).getByText(line)).toBeInTheDocument();
    expect(screen.getByText(/^33 ?% of what the sources/)).toBeInTheDocument();
    expect(within(screen.getByRole('row', { name: /^Pods/ })).getByText('Source is not set up')).toBeInTheDocument();
    expect(screen.getByText('set service.name')).toBeInTheDocument();
    expect(container.querySelector('img[src="x"]')).toBeNull();
    // Only a line of configuration is there to be copied.
    await user.click(screen.getByRole('button', { name: 'Copy the line' }));
    expect(await navigator.clipboard.readText()).toBe(line);
    vi.unstubAllGlobals();
  });

  it('names no share when no source answered', async () => {
    cover([{ subject: 'logs', state: 'failed', detail: 'Loki did not answer', fix: '' }], 0);
    render(<ServiceCoverage name="checkout" />);
    expect(await screen.findByText(/No source answered/)).toBeInTheDocument();
    expect(screen.getByText('Could not be asked')).toBeInTheDocument();
    expect(screen.queryByText(/of what the sources/)).not.toBeInTheDocument();
  });

  it('says why it cannot be shown', async () => {
    server.use(http.get(at('services/checkout/coverage'), refuse));
    render(<ServiceCoverage name="checkout" />);
    expect(await screen.findByText('Prometheus did not answer')).toBeInTheDocument();
  });
});

describe('what a service calls', () => {
  it('is declared beside seen', () => {
    const service = aService({ dependsOn: ['payments', 'mail'], discovered: ['payments', HOSTILE] });
    const { container } = render(<ServiceDependencies service={service} />);
    const row = (name: RegExp) => within(screen.getByRole('row', { name }));
    expect(row(/^payments/).getByText('Agrees')).toBeInTheDocument();
    expect(row(/^mail/).getByText('Declared, never seen')).toBeInTheDocument();
    expect(row(/onerror/).getByText('Seen, not declared')).toBeInTheDocument();
    expect(container.querySelector('img[src="x"]')).toBeNull();
  });

  it('says what to do when nothing is known', () => {
    render(<ServiceDependencies service={aService()} />);
    expect(screen.getByText(/Declare what it calls/)).toBeInTheDocument();
  });
});

describe('what a rollout changed (row 61)', () => {
  it('is told field by field when asked for, as text', async () => {
    const differences = [
      { field: 'web.limits.memory', before: '512Mi', after: '256Mi' },
      { field: 'web.env.TOKEN', before: HOSTILE, after: 'changed, value not shown' },
      { field: 'web.args', before: '', after: '--fast' },
    ];
    server.use(http.get(at('rollouts'), () => HttpResponse.json({ items: [aRollout({ differences })] })));
    const { container } = render(<ServiceRollouts name="checkout" />);
    await userEvent.click(await screen.findByText('Fields that changed: 3'));
    const table = await screen.findByRole('region', { name: /What changed/ });
    expect(within(table).getByRole('row', { name: 'web.limits.memory 512Mi 256Mi' })).toBeInTheDocument();
    expect(within(table).getByRole('row', { name: 'web.args – --fast' })).toBeInTheDocument();
    expect(container.querySelector('img[src="x"]')).toBeNull();
  });
});

describe('the structural risks of a service', () => {
  it('tell what is at risk with what would remove it, and what could not be told', async () => {
    server.use(
      http.get(at('services/checkout/risks'), () =>
        HttpResponse.json({
          items: [
            {
              id: 'single-node',
              title: 'a',
              outcome: 'found',
              summary: HOSTILE,
              samples: 2,
              fix: 'spread them',
            },
            { id: 'single-zone', title: 'b', outcome: 'no_data', summary: 'no zones', samples: 0, fix: '' },
          ],
        })
      )
    );
    const { container } = render(<ServiceRisks name="checkout" />);
    const row = await screen.findByRole('row', { name: /All pods on one node/ });
    expect(within(row).getByText('At risk')).toBeInTheDocument();
    expect(within(row).getByText('spread them')).toBeInTheDocument();
    expect(within(screen.getByRole('row', { name: /one zone/ })).getByText('No data')).toBeInTheDocument();
    expect(container.querySelector('img[src="x"]')).toBeNull();
  });

  it('say what is wrong when they cannot be read', async () => {
    server.use(http.get(at('services/checkout/risks'), refuse));
    render(<ServiceRisks name="checkout" />);
    expect(await screen.findByText(/Prometheus did not answer/)).toBeInTheDocument();
  });
});
