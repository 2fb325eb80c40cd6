import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useQuery } from '@tanstack/react-query';
import { http, HttpResponse } from 'msw';
import { incidentQuery } from '../../../api/incidents';
import { type IncidentDetailShape, type IncidentPatch } from '../../../api/types.gen';
import { anIncidentDetail } from '../../../test/incidents';
import { render } from '../../../test/render';
import { at, server } from '../../../test/server';
import { HOSTILE } from '../../../test/settings';
import { useEditor } from '../workspace/useEditor';
import { LabelsAndLinks } from './LabelsAndLinks';
import { labelLines, labelsOf, linkLines, linksOf } from './pairs';

function Shown({ readOnly }: { readOnly: boolean }) {
  const incident = useQuery(incidentQuery('INC-1'));
  const editor = useEditor('INC-1');
  return (
    <>
      {editor.questions}
      {incident.data && <LabelsAndLinks incident={incident.data} editor={editor} readOnly={readOnly} />}
    </>
  );
}

interface Setting {
  refuses?: boolean;
  readOnly?: boolean;
}

function show(change: Partial<IncidentDetailShape>, { refuses = false, readOnly = false }: Setting = {}) {
  const sent: IncidentPatch[] = [];
  let incident = anIncidentDetail(change);
  server.use(
    http.get(at('incidents/INC-1'), () => HttpResponse.json(incident)),
    http.patch(at('incidents/INC-1'), async ({ request }) => {
      const { version: _version, ...patch } = (await request.json()) as IncidentPatch;
      sent.push(patch);
      if (refuses) {
        return HttpResponse.json({ code: 'invalid', message: 'labels: no such name' }, { status: 422 });
      }
      incident = { ...incident, ...patch, version: incident.version + 1 } as IncidentDetailShape;
      return HttpResponse.json(incident);
    })
  );
  render(<Shown readOnly={readOnly} />);
  return sent;
}

async function type(what: 'labels' | 'links', text: string) {
  await userEvent.click(await screen.findByRole('button', { name: `Edit ${what}` }));
  const field = screen.getByRole('textbox');
  await userEvent.clear(field);
  await userEvent.click(field);
  await userEvent.paste(text);
}

const save = () => screen.getByRole('button', { name: 'Save' });

describe('labels and links of an incident', () => {
  it('are edited as lines', async () => {
    const sent = show({ labels: { team: 'shop' }, links: [] });
    await type('labels', 'team=pay\nquery=a=b\n');
    await userEvent.click(save());
    expect(await screen.findByText('query=a=b')).toBeInTheDocument();
    await type('links', 'Bridge call https://meet.example/1\nhttps://wiki.example/p');
    await userEvent.click(save());
    const link = await screen.findByRole('link', { name: /Bridge call/ });
    expect(link).toHaveAttribute('href', 'https://meet.example/1');
    await waitFor(() => expect(sent).toHaveLength(2));
    expect(sent[0]).toEqual({ labels: { team: 'pay', query: 'a=b' } });
    expect(sent[1]).toEqual({
      links: [
        { title: 'Bridge call', url: 'https://meet.example/1' },
        { title: 'https://wiki.example/p', url: 'https://wiki.example/p' },
      ],
    });
  });

  it('cannot be saved while a line cannot be read, and the line is named', async () => {
    show({ labels: {}, links: [] });
    await type('labels', 'team=pay\nnonsense');
    expect(screen.getByText(/this is none: nonsense/)).toBeInTheDocument();
    expect(save()).toBeDisabled();
    await userEvent.click(screen.getByRole('button', { name: 'Cancel' }));
    await type('links', 'Click javascript:alert(1)');
    expect(screen.getByText(/no such address: Click javascript:alert/)).toBeInTheDocument();
    expect(save()).toBeDisabled();
  });

  it('are as before when the change is refused, and the reason is shown', async () => {
    show({ labels: { team: 'shop' } }, { refuses: true });
    await type('labels', 'bad name=1');
    await userEvent.click(save());
    expect(await screen.findByText('labels: no such name')).toBeInTheDocument();
    expect(await screen.findByText('team=shop')).toBeInTheDocument();
    expect(screen.queryByText('bad name=1')).not.toBeInTheDocument();
  });

  it('show hostile text as text, and a Viewer nothing to edit', async () => {
    const links = [
      { title: HOSTILE, url: 'javascript:alert(1)' },
      { title: 'Wiki', url: 'https://wiki.example/' },
    ];
    show({ labels: { x: HOSTILE }, links }, { readOnly: true });
    expect(await screen.findByText(`x=${HOSTILE}`)).toBeInTheDocument();
    expect(screen.getAllByRole('link')).toHaveLength(1);
    expect(document.querySelector('img[src="x"]')).toBeNull();
    expect(screen.queryByRole('button', { name: /Edit/ })).not.toBeInTheDocument();
  });

  it('are left out for a Viewer when there are none', async () => {
    show({ labels: {}, links: [{ title: 'Wiki', url: 'https://wiki.example/' }] }, { readOnly: true });
    await screen.findByRole('link', { name: /Wiki/ });
    expect(within(document.body).queryByText('Labels')).not.toBeInTheDocument();
  });

  it('come back from their lines as they were', () => {
    const labels = { team: 'shop', query: 'a=b', empty: '' };
    expect(labelsOf(labelLines(labels)).value).toEqual(labels);
    const links = [
      { title: 'Bridge call', url: 'https://meet.example/1' },
      { title: 'https://wiki.example/p', url: 'https://wiki.example/p' },
    ];
    expect(linksOf(linkLines(links)).value).toEqual(links);
  });
});
