import { type DataFrame } from '@grafana/data';
import { screen, within } from '@testing-library/react';
import { panelProps, table } from '../../test/panel';
import { render } from '../../test/render';
import { IncidentPanel } from './IncidentPanel';
import { INCIDENT_DEFAULTS, type IncidentOptions } from './options';

const HOUR = 3_600_000;
const START = Date.parse('2026-01-01T12:00:00Z');

const incident = (number: number, more: object = {}) => ({
  incident: `INC-${number}`,
  title: `trouble ${number}`,
  severity: 'medium',
  status: 'open',
  service: 'pay',
  affected: 'pay, cart',
  assignee: '',
  started_at: START + number * HOUR,
  resolved_at: null,
  drill: false,
  ...more,
});

const ROWS = [
  incident(1, { severity: 'critical', status: 'resolved', resolved_at: START + HOUR + 90_000 }),
  incident(2, { severity: 'high', assignee: 'ada' }),
  incident(3, { severity: 'critical' }),
  incident(4, { severity: 'critical', drill: true }),
];

const FINDINGS = table('findings', [
  { incident: 'INC-2', title: 'rollout of pay v2', type: 'cause', confidence: 0.86 },
  { incident: 'INC-2', title: 'errors', type: 'metric', confidence: 0.95 },
  { incident: 'INC-3', title: 'a weak guess', type: 'cause', confidence: 0.2 },
]);

function show(series: DataFrame[], options: Partial<IncidentOptions> = {}, size: object = {}) {
  return render(<IncidentPanel {...panelProps({ ...INCIDENT_DEFAULTS, ...options }, { series, ...size })} />);
}

const links = () => screen.getAllByRole('link').map((each) => each.textContent);

describe('the incident panel', () => {
  it('shows what is open and most severe first, with links (F13)', () => {
    show([table('incidents', ROWS)]);
    expect(links()).toEqual(['INC-4 trouble 4', 'INC-3 trouble 3', 'INC-2 trouble 2', 'INC-1 trouble 1']);
    expect(screen.getByRole('link', { name: /INC-2/ })).toHaveAttribute(
      'href',
      '/a/reliability-studio-app/incidents/INC-2'
    );
  });

  it('names the likely cause and how sure it is, and no weak guess', () => {
    show([table('incidents', ROWS), FINDINGS]);
    expect(screen.getByText('Likely: rollout of pay v2 (86%)')).toBeInTheDocument();
    expect(screen.queryByText(/weak guess/)).not.toBeInTheDocument();
  });

  it('names no cause when that is switched off', () => {
    show([table('incidents', ROWS), FINDINGS], { showCause: false });
    expect(screen.queryByText(/Likely/)).not.toBeInTheDocument();
  });

  it('finds its table even when findings come first', () => {
    show([FINDINGS, table('incidents', ROWS)]);
    expect(links()).toHaveLength(4);
  });

  it('calls states as the organisation does, where the query says so (row 21)', () => {
    const rows = [
      incident(1, { status: 'investigating', status_name: 'Vendor has it' }),
      incident(2, { status: 'mitigated', status_name: 'mitigated' }),
    ];
    show([table('incidents', rows)]);
    expect(screen.getByText('Vendor has it')).toBeInTheDocument();
    expect(screen.getByText('Mitigated')).toBeInTheDocument();
  });

  it('counts what is open; drills and what is over do not count', () => {
    show([table('incidents', ROWS)]);
    const counts = screen.getByText('open').parentElement;
    expect(counts).toHaveTextContent('1Critical1Highopen');
  });

  it('says how long a resolved one took', () => {
    show([table('incidents', ROWS)]);
    expect(screen.getByText('took 1m 30s')).toBeInTheDocument();
  });

  it('in a narrow place keeps severity and title', () => {
    show([table('incidents', ROWS)], {}, { width: 300 });
    expect(links()).toHaveLength(4);
    expect(screen.queryByText('took 1m 30s')).not.toBeInTheDocument();
    expect(within(screen.getByRole('list')).getAllByText('Critical')).toHaveLength(3);
  });

  it('shows so many, newest first when asked so', () => {
    show([table('incidents', ROWS)], { order: 'newest', limit: 2 });
    expect(links()).toEqual(['INC-4 trouble 4', 'INC-3 trouble 3', '2 more in Reliability Studio']);
  });

  it('says what it needs, and when there is nothing', () => {
    const { unmount } = show([FINDINGS]);
    expect(screen.getByRole('status')).toHaveTextContent('needs the query “Incidents” as a table');
    unmount();
    show([{ ...table('incidents', ROWS), length: 0 }]);
    expect(screen.getByRole('status')).toHaveTextContent('No incidents');
  });

  it('never runs foreign text', () => {
    const title = '<img src=x onerror=alert(1)>';
    const cause = table('findings', [{ incident: 'INC-9', title, type: 'cause', confidence: 0.9 }]);
    const { container } = show([table('incidents', [incident(9, { title, service: title })]), cause]);
    expect(container.querySelector('img')).toBeNull();
    expect(screen.getByText(`Likely: ${title} (90%)`)).toBeInTheDocument();
  });
});
