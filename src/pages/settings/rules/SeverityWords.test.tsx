import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { type RuleShape } from '../../../api/types.gen';
import { render } from '../../../test/render';
import { at, server } from '../../../test/server';
import { signInAs } from '../../../test/settings';
import { RuleDrawer } from './RuleDrawer';
import { meaningsOf } from './SeverityWords';

const rule = {
  id: 'r1',
  name: 'loud',
  matchers: [],
  position: 0,
  enabled: true,
  action: 'incident',
  groupBy: [],
  windowSeconds: 900,
  severities: { page: 'critical', gone: 'low' },
  levels: { page: 'sev0', gone: 'sev9' },
  autoResolve: 'all_resolved',
  holdSeconds: 0,
  drill: false,
  parents: [],
  version: 3,
} satisfies RuleShape;

function ladder() {
  const level = (id: string, title: string, severity: string) => ({
    ...{ id, title, severity },
    ...{ colour: 'red', description: '', words: [], incidents: 0 },
  });
  const levels = [level('sev0', 'SEV0', 'critical'), level('sev1', 'SEV1', 'high'), level('sev2', 'SEV2', 'low')];
  server.use(
    http.get(at('severities'), () =>
      HttpResponse.json({ levels, own: true, version: 1, moved: 0, updatedAt: null, updatedBy: '' })
    )
  );
}

describe('what severities of alerts mean to a rule (row 20)', () => {
  beforeEach(() => signInAs('Editor'));

  it('is chosen from the levels of the ladder; one that is gone shows as what it counted as', async () => {
    ladder();
    const sent = vi.fn();
    server.use(
      http.patch(at('rules/r1'), async ({ request }) => {
        sent(await request.json());
        return HttpResponse.json(rule);
      })
    );
    render(<RuleDrawer rule={rule} onClose={() => undefined} />);
    expect(await screen.findByDisplayValue('SEV0')).toBeInTheDocument();
    expect(screen.getByDisplayValue('SEV2')).toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Add a meaning' }));
    const words = screen.getAllByLabelText('Value of the label');
    await userEvent.type(words[2] ?? document.body, 'ticket');
    await userEvent.click(screen.getAllByRole('combobox', { name: 'Means' })[2] ?? document.body);
    await userEvent.click(await screen.findByRole('option', { name: 'SEV1' }));
    await userEvent.click(screen.getByRole('button', { name: 'Save' }));
    await vi.waitFor(() => expect(sent).toHaveBeenCalled());
    expect(sent.mock.calls[0]?.[0]).toMatchObject({
      severities: { page: 'critical', gone: 'low', ticket: 'high' },
      levels: { page: 'sev0', ticket: 'sev1' },
      version: 3,
    });
  });

  it('says nothing in rows without a word', () => {
    const words = [
      { word: ' ', severity: 'low', level: '' },
      { word: ' warn ', severity: 'high', level: '' },
    ] as const;
    expect(meaningsOf(words, [])).toEqual({ severities: { warn: 'high' }, levels: {} });
  });
});
