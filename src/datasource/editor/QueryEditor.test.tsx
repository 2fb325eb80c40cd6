import { CoreApp } from '@grafana/data';
import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { of } from 'rxjs';
import { render } from '../../test/render';
import type { DataSource } from '../DataSource';
import { QUERY_TYPES, type StudioQuery } from '../query';
import { defaultQuery } from '../stored';
import { at, server } from '../../test/server';
import { forgetVocabulary } from '../vocabulary';
import { labelsFrom, textOf } from './labelText';
import { QueryEditor } from './QueryEditor';

const datasource = { query: () => of({ data: [] }) } as unknown as DataSource;

function edit(query: object, app = CoreApp.PanelEditor) {
  const onChange = vi.fn<(query: StudioQuery) => void>();
  const onRunQuery = vi.fn();
  render(
    <QueryEditor
      app={app}
      datasource={datasource}
      query={query as StudioQuery}
      onChange={onChange}
      onRunQuery={onRunQuery}
    />
  );
  return { onChange, onRunQuery, user: userEvent.setup() };
}

/** An app whose organisation has words of its own. */
function ownWords() {
  const level = (id: string, title: string, severity: string) => ({
    ...{ id, title, severity },
    ...{ colour: 'red', description: '', words: [], incidents: 0 },
  });
  const levels = [level('sev0', 'SEV0', 'critical'), level('sev1', 'SEV1', 'critical'), level('sev2', 'SEV2', 'low')];
  const stages = [{ id: 'vendor', status: 'investigating', label: 'Vendor has it', meaning: '', incidents: 0 }];
  const statuses = [{ status: 'mitigated', label: 'Stable', meaning: '' }];
  const rest = { version: 1, updatedAt: null, updatedBy: '' };
  server.use(
    http.get(at('severities'), () => HttpResponse.json({ levels, own: true, moved: 0, ...rest })),
    http.get(at('statuses'), () => HttpResponse.json({ statuses, stages, ...rest }))
  );
}

describe('the query editor', () => {
  beforeEach(forgetVocabulary);

  it('offers the levels and states of the organisation, and keeps what a level counts as (rows 20, 21)', async () => {
    ownWords();
    const { onChange, user } = edit({ ...defaultQuery('incidents'), levels: ['sev2'], severities: ['low'] });
    expect(await screen.findByText('SEV2')).toBeInTheDocument();
    await user.click(screen.getByRole('combobox', { name: 'Severities' }));
    await user.click(await screen.findByRole('option', { name: 'SEV0' }));
    expect(onChange.mock.calls[0]?.[0]).toMatchObject({ levels: ['sev0', 'sev2'], severities: ['critical', 'low'] });
    await user.click(screen.getByRole('combobox', { name: 'Own states' }));
    await user.click(await screen.findByRole('option', { name: 'Vendor has it' }));
    expect(onChange.mock.calls.at(-1)?.[0]).toMatchObject({ stages: ['vendor'] });
    await user.click(screen.getByRole('combobox', { name: 'Statuses' }));
    expect(await screen.findByRole('option', { name: 'Stable' })).toBeInTheDocument();
  });

  it.each(QUERY_TYPES)('shows the fields of %s, each with a name', (queryType) => {
    edit(defaultQuery(queryType));
    for (const field of [...screen.queryAllByRole('combobox'), ...screen.queryAllByRole('textbox')]) {
      expect(field).toHaveAccessibleName();
    }
    expect(screen.getByRole('combobox', { name: 'Query' })).toBeInTheDocument();
  });

  it('takes a text over when the field is left, and runs the query once', async () => {
    const { onChange, onRunQuery, user } = edit(defaultQuery('incidents'));
    await user.type(screen.getByRole('textbox', { name: 'Text' }), 'slow checkout');
    expect(onChange).not.toHaveBeenCalled();
    await user.tab();
    expect(onChange).toHaveBeenCalledTimes(1);
    expect(onChange.mock.calls[0]?.[0]).toMatchObject({ text: 'slow checkout', queryType: 'incidents' });
    expect(onRunQuery).toHaveBeenCalledTimes(1);
  });

  it('changes the form of the answer', async () => {
    const { onChange, user } = edit(defaultQuery('slo_status'));
    await user.click(screen.getByRole('radio', { name: 'Numbers' }));
    expect(onChange.mock.calls[0]?.[0]).toMatchObject({ format: 'numeric', metric: 'budget_remaining' });
  });

  it('lets somebody choose one of the objectives of SLOs (row 25)', async () => {
    const { onChange, user } = edit(defaultQuery('slo_history'));
    await user.click(screen.getByRole('combobox', { name: 'Objective' }));
    await user.click(await screen.findByRole('option', { name: 'Further objective 2' }));
    expect(onChange.mock.calls[0]?.[0]).toMatchObject({ queryType: 'slo_history', objective: '2' });
  });

  it('asks for the alerts of all objectives, of one, or as numbers (row 25)', async () => {
    const { onChange, user } = edit({ ...defaultQuery('slo_alerts'), format: 'numeric' } as StudioQuery);
    await user.click(screen.getByRole('switch', { name: 'Further objectives' }));
    expect(onChange.mock.calls[0]?.[0]).toMatchObject({ queryType: 'slo_alerts', objectives: true });
    await user.click(screen.getByRole('combobox', { name: 'Objective' }));
    await user.click(await screen.findByRole('option', { name: 'Further objective 1' }));
    expect(onChange.mock.calls[1]?.[0]).toMatchObject({ queryType: 'slo_alerts', objective: '1' });
  });

  it('in an alert rule says that rows do not do, and offers numbers', async () => {
    const { onChange, user } = edit(defaultQuery('incidents'), CoreApp.UnifiedAlerting);
    expect(screen.getByText('Alert rules need numbers')).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Use numbers' }));
    expect(onChange.mock.calls[0]?.[0]).toMatchObject({ queryType: 'incidents', format: 'numeric' });
  });

  it('in an alert rule says which types there are when this one has no numbers', () => {
    edit(defaultQuery('findings'), CoreApp.UnifiedAlerting);
    expect(screen.getByText(/no numeric form/)).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: 'Use numbers' })).not.toBeInTheDocument();
  });

  it('keeps a query of a type that it does not know until somebody replaces it', async () => {
    const { onChange, user } = edit({ refId: 'A', queryType: 'horoscope' });
    expect(screen.getByText(/does not know the query “horoscope”/)).toBeInTheDocument();
    expect(onChange).not.toHaveBeenCalled();
    await user.click(screen.getByRole('button', { name: 'Replace it' }));
    expect(onChange.mock.calls[0]?.[0]).toMatchObject({ queryType: 'slo_status', refId: 'A' });
  });

  it('offers the services that there are, asked for once however much is typed', async () => {
    const fields = [{ name: 'service', type: 'string', values: ['checkout', 'payments'], config: {} }];
    const query = vi.fn(() => of({ data: [{ fields, length: 2 }] }));
    const source = { query } as unknown as DataSource;
    const onChange = vi.fn();
    render(
      <QueryEditor
        datasource={source}
        query={defaultQuery('service_graph')}
        onChange={onChange}
        onRunQuery={() => undefined}
      />
    );
    const user = userEvent.setup();
    await user.type(screen.getByRole('combobox', { name: 'Services' }), 'pay');
    await user.click(await screen.findByRole('option', { name: 'payments' }));
    expect(onChange.mock.calls[0]?.[0]).toMatchObject({ services: ['payments'] });
    expect(query).toHaveBeenCalledTimes(1);
  });

  it('marks what is needed', () => {
    edit(defaultQuery('incident_timeline'));
    expect(screen.getByPlaceholderText('Choose an incident')).toBeInTheDocument();
  });
});

describe('labels as text', () => {
  it.each([
    ['team=shop, tier=1', { team: 'shop', tier: '1' }],
    ['url=http://a?b=c', { url: 'http://a?b=c' }],
    ['nonsense, =x, a=', { a: '' }],
    ['', {}],
  ])('%j reads as %j', (text, labels) => {
    expect(labelsFrom(text)).toEqual(labels);
  });

  it('come back the same', () => {
    const labels = { team: 'shop', tier: '1' };
    expect(labelsFrom(textOf(labels))).toEqual(labels);
  });
});
