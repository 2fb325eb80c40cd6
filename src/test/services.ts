/** A service for tests, shaped as the backend answers. */
import { type ServiceShape } from '../api/types.gen';

export function aService(part: Partial<ServiceShape> = {}): ServiceShape {
  return {
    name: 'checkout',
    description: '',
    ownerTeam: 'shop',
    tier: '1',
    labels: {},
    links: [],
    runbookUrl: '',
    contacts: [],
    dependsOn: [],
    dependents: [],
    declared: true,
    health: 'healthy',
    openIncidents: [],
    provisioned: false,
    discovered: [],
    slos: [],
    score: 100,
    scoreParts: [],
    ...part,
  };
}
