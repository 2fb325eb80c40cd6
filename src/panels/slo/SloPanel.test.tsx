import { type DataFrame, FieldType, LoadingState, toDataFrame } from '@grafana/data';
import { screen, within } from '@testing-library/react';
import { panelProps, table } from '../../test/panel';
import { render } from '../../test/render';
import { objectiveText, reachedText } from './numbers';
import { SLO_DEFAULTS, type SloOptions } from './options';
import { SloPanel } from './SloPanel';

const slo = (id: string, more: object) => ({
  slo: `name ${id}`,
  slo_id: id,
  service: 'pay',
  status: 'healthy',
  reason: '',
  objective: 0.999,
  sli: 0.9995,
  budget_remaining: 0.5,
  burn_rate: 1.25,
  firing: '',
  ...more,
});

const ROWS = [
  slo('a', { budget_remaining: 0.62 }),
  slo('b', { budget_remaining: -0.4, status: 'breached', reason: 'the budget is spent', firing: 'fast' }),
  slo('c', { budget_remaining: null, status: 'no_data', sli: null, burn_rate: null }),
];

function show(series: DataFrame[], options: Partial<SloOptions> = {}, size: object = {}, state = LoadingState.Done) {
  return render(<SloPanel {...panelProps({ ...SLO_DEFAULTS, ...options }, { series, state, ...size })} />);
}

describe('the SLO panel', () => {
  it('draws a gauge per SLO, the least budget first and the unmeasured last (F12)', () => {
    show([table('slo_status', ROWS)]);
    const gauges = screen.getAllByRole('img', { name: /of the error budget left/ });
    expect(gauges.map((each) => each.getAttribute('aria-label'))).toEqual([
      'name b: -0.400 of the error budget left',
      'name a: 0.620 of the error budget left',
      'name c: – of the error budget left',
    ]);
  });

  it('leads to the page of each SLO, by keyboard too', () => {
    show([table('slo_status', ROWS)]);
    expect(screen.getByRole('link', { name: 'name a' })).toHaveAttribute('href', '/a/reliability-studio-app/slos/a');
  });

  it('is about main objectives, or about the one that the query names, and leads to that (row 25)', () => {
    const further = slo('a', { objective_number: 1, budget_remaining: 0.9, objective: 0.99 });
    const { unmount } = show([table('slo_status', [further, slo('a', { objective_number: 0 })])]);
    expect(screen.getByText('99.950% of 99.9%')).toBeInTheDocument();
    expect(screen.getAllByRole('listitem')).toHaveLength(1);
    unmount();
    show([table('slo_status', [further])]);
    expect(screen.getByText('99.95% of 99%')).toBeInTheDocument();
    expect(screen.getByRole('link', { name: 'name a' })).toHaveAttribute(
      'href',
      '/a/reliability-studio-app/slos/a?objective=1'
    );
  });

  it('shows numbers with their units, and a dash where nothing was measured', () => {
    show([table('slo_status', ROWS)]);
    expect(screen.getAllByText('99.950% of 99.9%')).toHaveLength(2);
    expect(screen.getByText('– of 99.9%')).toBeInTheDocument();
    expect(screen.getAllByText('burns 1.25×')).toHaveLength(2);
    expect(screen.getByText('burns –')).toBeInTheDocument();
    expect(screen.getByText('No data')).toBeInTheDocument();
    expect(screen.getByText('Alert')).toBeInTheDocument();
  });

  it('shows values as the field says: unit, decimals, colour by thresholds', () => {
    const frame = table('slo_status', ROWS);
    const config = { unit: 'percentunit', decimals: 1 };
    const fields = frame.fields.map((each) => (each.name === 'budget_remaining' ? { ...each, config } : each));
    show([{ ...frame, fields }]);
    expect(screen.getByText('62.0%')).toBeInTheDocument();
    expect(screen.getByText('-40.0%')).toBeInTheDocument();
  });

  it('becomes bars when it is low, and loses the details when it is narrow', () => {
    const { unmount } = show([table('slo_status', ROWS)], {}, { height: 120 });
    const bars = screen.getAllByRole('meter');
    expect(bars.map((each) => each.getAttribute('aria-valuenow'))).toEqual(['0', '62', '0']);
    expect(bars[0]).toHaveAttribute('aria-valuetext', '-0.400');
    expect(screen.getAllByText('99.950% / 99.9%')).toHaveLength(2);
    unmount();
    show([table('slo_status', ROWS)], { display: 'bars' }, { width: 300 });
    expect(screen.queryByText('99.950% / 99.9%')).not.toBeInTheDocument();
  });

  it('gives the gauge the room when there is little, and keeps the details from it', () => {
    show([table('slo_status', ROWS)], {}, { height: 200 });
    expect(screen.getAllByRole('img', { name: /error budget left/ })).toHaveLength(3);
    expect(screen.queryByText('burns –')).not.toBeInTheDocument();
  });

  it('shows so many and says where the others are', () => {
    show([table('slo_status', ROWS)], { limit: 1, order: 'name' });
    const list = screen.getByRole('list', { name: 'SLOs' });
    expect(within(list).getAllByRole('listitem')).toHaveLength(1);
    expect(screen.getByRole('link', { name: '2 more in Reliability Studio' })).toBeInTheDocument();
  });

  it('draws the course of a budget that a second query brings', () => {
    const history = toDataFrame({
      name: 'budget_remaining',
      fields: [
        { name: 'time', type: FieldType.time, values: [1, 2, 3] },
        { name: 'value', type: FieldType.number, values: [1, null, 0.6], labels: { slo_id: 'a', slo: 'name a' } },
      ],
    });
    const { container } = show([table('slo_status', ROWS), history]);
    expect(container.querySelectorAll('polyline')).toHaveLength(1);
    expect(container.querySelector('polyline')?.getAttribute('points')?.split(' ')).toHaveLength(2);
  });

  it('says what it needs when the data is of something else', () => {
    show([table('x', [{ incident: 'INC-1', title: '<b>slow</b>' }])]);
    expect(screen.getByRole('status')).toHaveTextContent('This panel needs the query “SLO status” as a table');
    expect(screen.getByRole('status')).toHaveTextContent(
      'columns incident, title; these are missing: slo, slo_id, status, budget_remaining'
    );
  });

  it('says which query to use when there is none, and that nothing matches when there is', () => {
    const { unmount } = show([]);
    expect(screen.getByRole('status')).toHaveTextContent('Choose the data source “Reliability Studio”');
    unmount();
    show([{ ...table('slo_status', ROWS), length: 0 }]);
    expect(screen.getByRole('status')).toHaveTextContent('No SLO matches');
  });

  it('does not call it empty while the answer is under way', () => {
    show([], {}, {}, LoadingState.Loading);
    expect(screen.getByRole('status')).toHaveTextContent('Loading');
  });

  it('never runs foreign text', () => {
    const hostile = slo('x', { slo: '<img src=x onerror=alert(1)>', service: '"><script>alert(1)</script>' });
    const { container } = show([table('slo_status', [hostile])]);
    expect(container.querySelector('script, img')).toBeNull();
    expect(screen.getByText('<img src=x onerror=alert(1)>')).toBeInTheDocument();
  });
});

describe('numbers about SLOs', () => {
  it.each([
    [0.9405, 0.995, '94.050%'],
    [0.99999999, 0.999, '99.999%'],
    [1, 0.99, '100.00%'],
    [null, 0.99, '–'],
  ])('%s of %s reads as %s, as on the SLO’s page', (sli, objective, text) =>
    expect(reachedText(sli, objective)).toBe(text)
  );

  it.each([
    [0.999, '99.9%'],
    [0.9995, '99.95%'],
    [0.5, '50%'],
    [null, '–'],
  ])('an objective of %s reads as %s', (objective, text) => expect(objectiveText(objective)).toBe(text));
});
