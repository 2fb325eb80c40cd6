import { AppPlugin } from '@grafana/data';
import { screen } from '@testing-library/react';
import { http, HttpResponse } from 'msw';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type ComponentType } from 'react';
import { render } from '../test/render';
import { at, server } from '../test/server';
import { addExtensions } from './register';

const plugin = addExtensions(new AppPlugin());
const declared = JSON.parse(readFileSync(path.join(import.meta.dirname, '../../plugin.json'), 'utf8')).extensions;

describe('extensions', () => {
  it('are declared in plugin.json with the same titles and targets, or Grafana refuses them', () => {
    const links = plugin.addedLinkConfigs.map(({ title, description, targets }) => ({ title, description, targets }));
    expect(links).toEqual(declared.addedLinks);
    const exposed = plugin.exposedComponentConfigs.map(({ id, title, description }) => ({ id, title, description }));
    expect(exposed).toEqual(declared.exposedComponents);
  });

  it('lead into the app from the menu where they are', () => {
    const paths = plugin.addedLinkConfigs.map((link) => link.configure?.({ labels: { service: 'pay' } })?.path);
    expect(paths).toEqual([
      '/a/reliability-studio-app/incidents?status=any',
      '/a/reliability-studio-app/incidents?status=any&service=pay',
    ]);
  });
});

describe('open incidents of a service, in another plugin', () => {
  const [config] = plugin.exposedComponentConfigs;
  const Exposed = config?.component as ComponentType<{ service: string; limit?: number }>;
  const incident = (number: number) => ({
    number: `INC-${number}`,
    title: `<b>trouble</b> ${number}`,
    severity: 'high',
    status: 'open',
    createdAt: '2026-01-01T12:00:00Z',
    milestones: {},
  });

  it('are asked for by service and status, and shown as links', async () => {
    let asked = new URLSearchParams();
    server.use(
      http.get(at('incidents'), ({ request }) => {
        asked = new URL(request.url).searchParams;
        return HttpResponse.json({ items: [1, 2, 3].map(incident), total: 3, cursor: null, facets: {} });
      })
    );
    render(<Exposed service="pay" limit={2} />);
    const link = await screen.findByRole('link', { name: 'INC-1 <b>trouble</b> 1' });
    expect(link).toHaveAttribute('href', '/a/reliability-studio-app/incidents/INC-1');
    expect(screen.queryByText(/INC-3/)).not.toBeInTheDocument();
    expect(screen.getByRole('link', { name: 'All 3 open incidents' })).toBeInTheDocument();
    expect(asked.getAll('service')).toEqual(['pay']);
    expect(asked.getAll('status')).toEqual(['open', 'acknowledged', 'investigating', 'mitigated']);
  });

  it('say that there is none', async () => {
    server.use(http.get(at('incidents'), () => HttpResponse.json({ items: [], total: 0, cursor: null, facets: {} })));
    render(<Exposed service="pay" />);
    expect(await screen.findByText('No open incident of pay')).toBeInTheDocument();
  });

  it('say what went wrong, and can be asked again', async () => {
    const body = { code: 'forbidden', message: 'you may not', retryable: false };
    server.use(http.get(at('incidents'), () => HttpResponse.json(body, { status: 403 })));
    render(<Exposed service="pay" />);
    expect(await screen.findByText('you may not')).toBeInTheDocument();
    expect(screen.getByRole('button', { name: 'Try again' })).toBeInTheDocument();
  });
});
