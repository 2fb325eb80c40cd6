/** The backend at the wire: MSW answers what a test says, and refuses what nobody expected. */
import { http, HttpResponse } from 'msw';
import { setupServer } from 'msw/node';

/** Address of a resource route as the frontend calls it. */
export const at = (path: string) => `http://localhost/api/plugins/reliability-studio-app/resources/${path}`;

/** What every page asks: the organisation names no states of its own, unless a test says so. */
const usualNames = http.get(at('statuses'), () =>
  HttpResponse.json({ statuses: [], version: 0, updatedAt: null, updatedBy: '' })
);

export const server = setupServer(usualNames);
