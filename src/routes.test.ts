import { expect, it } from 'vitest';
import { PAGES, pageAt } from './routes';

const at = (path: string) => PAGES.find(({ path: known }) => known === path)?.Page;

it.each([
  ['/a/reliability-studio-app/incidents', 'incidents'],
  ['/a/reliability-studio-app/incidents/INC-1', 'incidents/:id/*'],
  ['/a/reliability-studio-app/incidents/INC-1/metrics', 'incidents/:id/*'],
  ['/grafana/a/reliability-studio-app/slos/new', 'slos/new'],
  ['/a/reliability-studio-app/slos/7', 'slos/:id'],
  ['/a/reliability-studio-app/services/a%2Fb', 'services/:name/*'],
])('%s is the page %s', (pathname, path) => {
  expect(pageAt(pathname)).toBe(at(path));
});

it('is none outside the app', () => {
  expect(pageAt('/d/abc/incidents')).toBeUndefined();
  expect(pageAt('/a/reliability-studio-app')).toBeUndefined();
});
