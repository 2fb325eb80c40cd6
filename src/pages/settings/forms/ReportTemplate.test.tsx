import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { type ReportTemplateShape } from '../../../api/types.gen';
import { render } from '../../../test/render';
import { at, server } from '../../../test/server';
import { signInAs } from '../../../test/settings';
import { ReportTemplate } from './ReportTemplate';

function backend(more: Partial<ReportTemplateShape> = {}) {
  const sent: unknown[] = [];
  const found: ReportTemplateShape = {
    text: '',
    builtIn: '# made',
    fields: { incident: ['key', 'title'], tasks: ['title'] },
    filters: ['default'],
    version: 2,
    updatedAt: null,
    updatedBy: '',
    ...more,
  };
  server.use(
    http.get(at('report-template'), () => HttpResponse.json(found)),
    http.put(at('report-template'), async ({ request }) => {
      sent.push(await request.json());
      return HttpResponse.json({ ...found, version: 3 });
    }),
    http.post(at('report-template/trial'), async ({ request }) => {
      sent.push(await request.json());
      return HttpResponse.json({ text: '**tried** <img src=x onerror=alert(1)>' });
    })
  );
  return sent;
}

describe('the template of post-incident reports', () => {
  beforeEach(() => signInAs('Admin'));

  it('is saved over the version that was seen, and tried without being saved', async () => {
    const sent = backend();
    render(<ReportTemplate />);
    const field = await screen.findByLabelText(/Template/);
    expect(field).toHaveValue('# made');
    expect(screen.getByRole('button', { name: 'Save template' })).toBeDisabled();
    await userEvent.type(field, ' ours');
    await userEvent.type(screen.getByLabelText('Incident to try it on'), 'INC-4');
    await userEvent.click(screen.getByRole('button', { name: 'Try it' }));
    expect(await screen.findByText('tried')).toBeInTheDocument();
    expect(document.querySelector('img')).toBeNull();
    await userEvent.click(screen.getByRole('button', { name: 'Save template' }));
    await waitFor(() =>
      expect(sent).toEqual([
        { text: '# made ours', number: 'INC-4' },
        { text: '# made ours', version: 2 },
      ])
    );
  });

  it('goes back to the built-in one, which is none of ones own', async () => {
    const sent = backend({ text: 'ours' });
    render(<ReportTemplate />);
    expect(await screen.findByLabelText(/Template/)).toHaveValue('ours');
    await userEvent.click(screen.getByRole('button', { name: 'Back to the built-in one' }));
    await userEvent.click(screen.getByRole('button', { name: 'Save template' }));
    await waitFor(() => expect(sent).toEqual([{ text: '', version: 2 }]));
  });

  it('says at the field why it is refused', async () => {
    backend();
    server.use(
      http.put(at('report-template'), () =>
        HttpResponse.json(
          { code: 'invalid', message: 'no', problems: [{ path: '$.text', problem: 'line 2: there is no x' }] },
          { status: 422 }
        )
      )
    );
    render(<ReportTemplate />);
    await userEvent.type(await screen.findByLabelText(/Template/), '!');
    await userEvent.click(screen.getByRole('button', { name: 'Save template' }));
    expect(await screen.findByText('line 2: there is no x')).toBeInTheDocument();
  });

  it('others read it', async () => {
    signInAs('Editor');
    backend({ text: 'ours' });
    render(<ReportTemplate />);
    await userEvent.click(await screen.findByText('Own template'));
    expect(screen.getByText('ours')).toBeInTheDocument();
    expect(screen.queryByRole('button')).not.toBeInTheDocument();
  });
});
