/** The backend at the wire: MSW answers what a test says, and refuses what nobody expected. */
import { http, HttpResponse } from 'msw';
import { setupServer } from 'msw/node';

/** Address of a resource route as the frontend calls it. */
export const at = (path: string) => `http://localhost/api/plugins/reliability-studio-app/resources/${path}`;

/** What every page asks: the organisation names no states and no severities of its own, unless a test says so. */
const usual = [
  http.get(at('statuses'), () =>
    HttpResponse.json({ statuses: [], stages: [], version: 0, updatedAt: null, updatedBy: '' })
  ),
  http.get(at('severities'), () =>
    HttpResponse.json({ levels: [], own: false, version: 0, moved: 0, updatedAt: null, updatedBy: '' })
  ),
];

export const server = setupServer(...usual);
