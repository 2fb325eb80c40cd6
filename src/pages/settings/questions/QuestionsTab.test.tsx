import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { type EnrichmentShape, type ReadingShape } from '../../../api/types.gen';
import { render } from '../../../test/render';
import { at, server } from '../../../test/server';
import { anEnrichment, HOSTILE, signInAs } from '../../../test/settings';
import SettingsPage from '../SettingsPage';

const reading: ReadingShape = {
  state: 'done',
  text: '2 series',
  query: 'sum by (pod) (errors{namespace="shop"})',
  values: [
    { labels: { pod: HOSTILE }, value: 1234.5 },
    { labels: {}, value: null },
  ],
  lines: [],
  samples: 2,
};

function backend(rules: EnrichmentShape[]) {
  const sent: unknown[] = [];
  server.use(
    http.get(at('enrichment-rules'), () => HttpResponse.json({ items: rules })),
    http.post(at('enrichment-rules'), async ({ request }) => {
      sent.push(await request.json());
      return HttpResponse.json(anEnrichment(), { status: 201 });
    }),
    http.patch(at('enrichment-rules/q1'), () =>
      HttpResponse.json(
        {
          code: 'invalid',
          message: 'the query is not PromQL',
          problems: [{ path: '$.query', problem: 'is not PromQL' }],
        },
        { status: 422 }
      )
    ),
    http.post(at('enrichment-rules/try'), async ({ request }) => {
      sent.push(await request.json());
      return HttpResponse.json(reading);
    })
  );
  return sent;
}

const show = () => render(<SettingsPage />, { at: '/settings/questions', path: '/settings/*' });

describe('questions about alerts', () => {
  beforeEach(() => signInAs('Editor'));

  it('row 17: lists what is asked of whom, and about which alerts', async () => {
    backend([
      anEnrichment(),
      anEnrichment({ id: 'q2', title: 'Last lines', source: 'loki', query: '{app=$labels.app}', enabled: false }),
    ]);
    show();
    const table = await screen.findByRole('region', { name: 'Questions' });
    expect(within(table).getByText('Prometheus (PromQL)')).toBeInTheDocument();
    expect(within(table).getByText('Loki (LogQL)')).toBeInTheDocument();
    expect(within(table).getByText('{app=$labels.app}')).toBeInTheDocument();
    expect(within(table).getByText('switched off')).toBeInTheDocument();
  });

  it('row 17: writes a question, and tries it on labels before', async () => {
    const sent = backend([]);
    show();
    expect(await screen.findByText('Nothing is asked when an alert comes in')).toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Add a question' }));
    expect(await screen.findByRole('button', { name: 'Ask now' })).toBeDisabled();
    await userEvent.type(screen.getByRole('textbox', { name: /^Name/ }), 'Errors');
    await userEvent.type(screen.getByRole('textbox', { name: /^Query/ }), 'up');
    const labels = screen.getByRole('textbox', { name: /^Try it on these labels/ });
    await userEvent.type(labels, 'nonsense');
    expect(await screen.findByText('Not a label: nonsense')).toBeInTheDocument();
    await userEvent.clear(labels);
    await userEvent.type(labels, 'namespace=shop');
    await userEvent.click(screen.getByRole('button', { name: 'Ask now' }));
    expect(await screen.findByText('answered')).toBeInTheDocument();
    expect(screen.getByText('1,234.5')).toBeInTheDocument();
    expect(screen.getByText(`pod=${HOSTILE}`)).toBeInTheDocument();
    expect(document.querySelector('img[src="x"]')).toBeNull();
    await userEvent.click(screen.getByRole('button', { name: 'Save' }));
    const rule = { title: 'Errors', query: 'up', source: 'prometheus' };
    await waitFor(() => expect(sent).toEqual([{ rule, labels: { namespace: 'shop' } }, rule]));
  });

  it('row 17: puts what is wrong with a query at its field', async () => {
    backend([anEnrichment()]);
    show();
    await userEvent.click(await screen.findByRole('button', { name: 'Edit Errors of each pod' }));
    await userEvent.click(await screen.findByRole('button', { name: 'Save' }));
    expect(await screen.findByText('is not PromQL')).toBeInTheDocument();
  });

  it('shows a Viewer everything and offers nothing that changes', async () => {
    signInAs('Viewer');
    backend([anEnrichment()]);
    show();
    expect(await screen.findByText('Errors of each pod')).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: /Add|Edit|Delete/ })).not.toBeInTheDocument();
  });
});
