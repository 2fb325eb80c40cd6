import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { type WindowInput, type WindowShape } from '../../../api/types.gen';
import { render } from '../../../test/render';
import { at, server } from '../../../test/server';
import { aWindow, HOSTILE, signInAs } from '../../../test/settings';
import { anSlo } from '../../../test/slos';
import { SloActions } from '../SloActions';
import { SilenceBanner } from './SilenceBanner';
import { isOwn, silencing } from './silences';

const slo = anSlo({ id: 'slo-1', name: 'availability', service: 'checkout' });
const own = aWindow({
  id: 'w9',
  services: [],
  matchers: [{ label: 'slo_id', operator: '=', value: 'slo-1' }],
  comment: `a known fault ${HOSTILE}`,
});

const backend = (windows: WindowShape[]) =>
  server.use(http.get(at('maintenance-windows'), () => HttpResponse.json({ items: windows })));

describe('which windows silence an SLO (row 47)', () => {
  it.each<[string, Partial<WindowShape>, boolean]>([
    ['one made for it', {}, true],
    ['one of another SLO', { matchers: [{ label: 'slo_id', operator: '=', value: 'slo-2' }] }, false],
    ['one over its service', { services: ['checkout'], matchers: [] }, true],
    ['one over another service', { services: ['cart'], matchers: [] }, false],
    ['one over everything', { matchers: [] }, true],
    [
      'one that only some of its alerts may fall into',
      { matchers: [{ label: 'zone', operator: '=', value: 'a' }] },
      false,
    ],
    ['one to come', { phase: 'planned' }, false],
    ['one that is over', { phase: 'over' }, false],
    ['one that is switched off', { enabled: false }, false],
  ])('%s', (_, change, expected) => {
    expect(silencing(slo, [{ ...own, ...change }])).toHaveLength(expected ? 1 : 0);
  });

  it('knows its own from wider ones', () => {
    expect(isOwn(slo, own)).toBe(true);
    expect(isOwn(slo, aWindow())).toBe(false);
  });
});

describe('a silence from the page of an SLO (row 47)', () => {
  beforeEach(() => signInAs('Editor'));

  it('is a maintenance window over the alerts with its id, with the reason', async () => {
    backend([]);
    let sent: WindowInput | undefined;
    server.use(
      http.post(at('maintenance-windows'), async ({ request }) => {
        sent = (await request.json()) as WindowInput;
        return HttpResponse.json(own, { status: 201 });
      })
    );
    render(<SloActions slo={slo} />);
    await userEvent.click(screen.getByRole('button', { name: 'Silence' }));
    const dialog = await screen.findByRole('dialog');
    await userEvent.click(within(dialog).getByRole('button', { name: 'Silence' }));
    expect(await within(dialog).findByText('Say why: others will ask.')).toBeInTheDocument();
    expect(sent).toBeUndefined();
    await userEvent.click(within(dialog).getByRole('radio', { name: '8h' }));
    await userEvent.type(within(dialog).getByLabelText(/Reason/), 'a known fault');
    await userEvent.click(within(dialog).getByRole('button', { name: 'Silence' }));
    await waitFor(() => expect(sent).toBeDefined());
    expect(sent).toMatchObject({
      title: 'SLO availability is silenced',
      comment: 'a known fault',
      effect: 'set_aside',
      matchers: [{ label: 'slo_id', operator: '=', value: 'slo-1' }],
    });
    expect(Date.parse(sent?.endsAt ?? '') - Date.parse(sent?.startsAt ?? '')).toBe(8 * 3_600_000);
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  it('says what was wrong when it is refused, and keeps what was typed', async () => {
    backend([]);
    server.use(
      http.post(at('maintenance-windows'), () =>
        HttpResponse.json({ code: 'conflict', message: 'there are too many' }, { status: 409 })
      )
    );
    render(<SloActions slo={slo} />);
    await userEvent.click(screen.getByRole('button', { name: 'Silence' }));
    const dialog = await screen.findByRole('dialog');
    await userEvent.type(within(dialog).getByLabelText(/Reason/), 'a known fault');
    await userEvent.click(within(dialog).getByRole('button', { name: 'Silence' }));
    expect(await within(dialog).findByText('there are too many')).toBeInTheDocument();
    expect(within(dialog).getByLabelText(/Reason/)).toHaveValue('a known fault');
  });

  it('is said with who, until when and why, and ends at once when somebody wants it', async () => {
    backend([own]);
    let sent: WindowInput | undefined;
    server.use(
      http.patch(at('maintenance-windows/w9'), async ({ request }) => {
        sent = (await request.json()) as WindowInput;
        return HttpResponse.json({ ...own, phase: 'over' });
      })
    );
    const { container } = render(<SilenceBanner slo={slo} />);
    expect(await screen.findByText('Its alerts are silenced by ada')).toBeInTheDocument();
    expect(screen.getByText(/a known fault/)).toBeInTheDocument();
    expect(container.querySelector('img[src="x"]')).toBeNull();
    await userEvent.click(screen.getByRole('button', { name: 'End now' }));
    await waitFor(() => expect(Date.parse(sent?.endsAt ?? '')).toBeLessThanOrEqual(Date.now()));
  });

  it('is shown to a Viewer without a way to end it, like a window over the whole service', async () => {
    signInAs('Viewer');
    backend([own, aWindow({ id: 'w2', services: ['checkout'] })]);
    render(<SilenceBanner slo={slo} />);
    expect(await screen.findByText(/maintenance window "database upgrade"/)).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: 'End now' })).toBeNull();
  });
});
