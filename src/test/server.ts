/** The backend at the wire: MSW answers what a test says, and refuses what nobody expected. */
import { setupServer } from 'msw/node';

export const server = setupServer();

/** Address of a resource route as the frontend calls it. */
export const at = (path: string) => `http://localhost/api/plugins/reliability-studio-app/resources/${path}`;
