/** What the worlds hold, put in through the product's own API, as people and alert senders would. */
import { type Api } from './world';

export interface Seeds {
  /** Fired by an alert, worked on, with comments and tasks. */
  fired: string;
  /** Declared by a person, and over. */
  ended: string;
  slo: string;
  /** An SLO made of others, where the world has one. */
  composite?: string;
  /** An incident with parts, where the world has one. */
  parent?: string;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

export async function seedShop(api: Api): Promise<Seeds> {
  await seedServices(api);
  // Before there is an SLO, whose own alert would open the incident else.
  const fired = await fire(api, 'HighErrorRate', 'payments', 'more than 5 % of the requests fail', 10 * MINUTE);
  const made = await api.make<{ id: string }>('slos', {
    name: 'payments availability',
    service: 'payments',
    objective: '99.5',
    indicator: {
      type: 'ratio',
      total: 'http_requests_total{service="payments"}',
      bad: 'http_requests_total{service="payments",code=~"5.."}',
    },
    window: { type: 'rolling', days: 1 },
    owner: 'shop',
  });
  const slo = made ?? (await existing(api, 'payments availability'));
  await api.patch(`incidents/${fired}`, {
    status: 'investigating',
    comment: 'Looking at the rollout of **payments v2**.',
  });
  await api.post(`incidents/${fired}/comments`, {
    text: 'Some payments **fail**. We are taking the last version back.',
    public: true,
  });
  await api.post(`incidents/${fired}/tasks`, { title: 'Roll payments back to v1', assignee: 'admin' });
  await api.post(`incidents/${fired}/tasks`, { title: 'Alert on canaries too', kind: 'followup' });
  const ended = await api.post<{ number: string }>('incidents', {
    title: 'Orders were slow while the cache was cold',
    severity: 'medium',
    service: 'orders',
    status: 'resolved',
    startedAt: before(5 * HOUR),
    resolvedAt: before(4 * HOUR),
  });
  await api.post('rules', {
    name: 'one incident per service',
    groupBy: ['service'],
    matchers: [{ label: 'environment', operator: '=', value: 'shop' }],
  });
  await seedExpected(api);
  await seedForms(api);
  await api.post('changes', {
    service: 'payments',
    title: 'Currency rounding is on for all carts',
    kind: 'flag',
    at: before(11 * MINUTE),
    version: 'v2',
    author: 'ada',
    url: 'https://example.org/flags/rounding',
  });
  const parent = await seedFamily(api);
  const composite = await seedComposite(api, slo.id);
  return { fired, ended: ended.number, slo: slo.id, composite, parent };
}

/** An outage that is over, with what was part of it. */
async function seedFamily(api: Api): Promise<string> {
  const over = { status: 'resolved', startedAt: before(27 * HOUR), resolvedAt: before(26 * HOUR) };
  const parent = await api.post<{ number: string }>('incidents', {
    title: 'A switch in the warehouse was down',
    severity: 'high',
    service: 'warehouse',
    ...over,
  });
  for (const service of ['orders', 'frontend']) {
    const title = `${service} could not reach the warehouse`;
    const { number } = await api.post<{ number: string }>('incidents', { title, service, severity: 'low', ...over });
    await api.post(`incidents/${parent.number}/parts`, { incident: number });
  }
  return parent.number;
}

/** What a customer of the shop gets: payments and users together. */
async function seedComposite(api: Api, member: string): Promise<string> {
  const window = { type: 'rolling', days: 1 };
  const count = 'http_requests_total{service="users"}';
  const users = await api.make<{ id: string }>('slos', {
    name: 'accounts availability',
    service: 'users',
    objective: '99',
    indicator: { type: 'ratio', total: count, bad: count.replace('}', ',code=~"5.."}') },
    window,
  });
  const other = users ?? (await existing(api, 'accounts availability'));
  const name = 'checkout as a whole';
  const made = await api.make<{ id: string }>('slos', {
    name,
    service: 'payments',
    objective: '99',
    indicator: { type: 'composite', members: [{ sloId: member, weight: '2' }, { sloId: other.id }] },
    window,
  });
  return (made ?? (await existing(api, name))).id;
}

/** What is expected: maintenance that is on and that comes, and a signal that was heard. */
async function seedExpected(api: Api): Promise<void> {
  await api.post('maintenance-windows', {
    title: 'move of the warehouse database',
    startsAt: before(HOUR),
    endsAt: before(-HOUR),
    services: ['warehouse'],
    matchers: [{ label: 'team', operator: '=', value: 'storage' }],
    comment: 'Queries are slow meanwhile',
  });
  await api.post('maintenance-windows', {
    title: 'patch day',
    startsAt: before(-24 * HOUR),
    endsAt: before(-26 * HOUR),
    repeat: 'weekly',
    timeZone: 'Europe/Berlin',
    services: ['orders'],
    effect: 'join',
  });
  await api.put('heartbeats/backup', { title: 'Nightly backup', intervalSeconds: 86_400, service: 'payments' });
  await api.post('webhooks/heartbeat/backup', {});
  await seedRules(api);
  await api.put('heartbeats/report', { title: 'Daily report', intervalSeconds: 86_400, graceSeconds: 600 });
}

/** Which alerts are one, and what is asked when one comes in; of a service that has none here. */
async function seedRules(api: Api): Promise<void> {
  const matchers = [{ label: 'service', operator: '=', value: 'warehouse' }];
  await once(api, 'identity-rules', { title: 'One alert for all pods', how: 'ignore', labels: ['pod'], matchers });
  await once(api, 'enrichment-rules', {
    title: 'Errors of the service',
    query: 'sum(rate(http_requests_total{code=~"5..",service=$labels.service}[5m]))',
    matchers,
  });
}

/** Made where an earlier run has not made it already. */
async function once(api: Api, where: string, thing: { title: string; [more: string]: unknown }): Promise<void> {
  const { items } = await api.get<{ items: Array<{ title: string }> }>(where);
  if (items.every(({ title }) => title !== thing.title)) {
    await api.post(where, thing);
  }
}

/** What incidents are made of. */
async function seedForms(api: Api): Promise<void> {
  await api.put('fields/region', {
    title: 'Region',
    kind: 'select',
    options: ['eu', 'us'],
    description: 'Where it hurts',
  });
  await api.put('fields/ticket', { title: 'Ticket', kind: 'link', requiredOn: ['closed'], position: 1 });
  const pile = { title: 'Orders pile up', query: 'orders_waiting', op: '>', threshold: 100, kind: 'queue' };
  await once(api, 'checks', pile);
  await api.put('templates/database', {
    name: 'Database trouble',
    description: 'Slow or refused queries',
    title: 'The database is slow',
    severity: 'high',
    service: 'payments',
    fields: { region: 'eu' },
    tasks: [{ title: 'Look at locks', dueMinutes: 15 }],
  });
}

/** The SLO of this name, from an earlier run. */
async function existing(api: Api, name: string): Promise<{ id: string }> {
  const { items } = await api.get<{ items: Array<{ id: string; name: string }> }>(`slos?q=${encodeURIComponent(name)}`);
  const found = items.find((each) => each.name === name);
  if (!found) {
    throw new Error(`there is no SLO ${name}, and none could be made`);
  }
  return found;
}

async function seedServices(api: Api): Promise<void> {
  const calls: Record<string, string[]> = {
    payments: [],
    orders: ['payments'],
    'api-gateway': ['orders', 'payments'],
    frontend: ['api-gateway'],
  };
  for (const [name, dependsOn] of Object.entries(calls)) {
    await api.make('services', {
      name,
      description: `The ${name} of the shop`,
      ownerTeam: 'shop',
      tier: name === 'payments' ? '1' : '2',
      dependsOn,
    });
  }
}

/** An earlier run may have gone on with the incident. */
const ACTIVE = ['open', 'acknowledged', 'investigating', 'mitigated'].map((each) => `status=${each}`).join('&');

/** Send an alert as Alertmanager does; the number of the incident that it opened. */
export async function fire(
  api: Api,
  alertname: string,
  service: string,
  summary: string,
  since = MINUTE
): Promise<string> {
  const labels = { alertname, service, severity: 'critical', environment: 'shop', namespace: 'shop' };
  await api.post('webhooks/alertmanager', {
    version: '4',
    groupKey: `{}:{alertname="${alertname}"}`,
    truncatedAlerts: 0,
    status: 'firing',
    receiver: 'studio',
    groupLabels: { alertname, service },
    commonLabels: labels,
    commonAnnotations: { summary },
    externalURL: 'http://127.0.0.1:9093',
    alerts: [
      {
        status: 'firing',
        labels,
        annotations: { summary, description: summary },
        startsAt: before(since),
        endsAt: '0001-01-01T00:00:00Z',
        generatorURL: 'http://127.0.0.1:9090/graph',
        fingerprint: Buffer.from(`${alertname}/${service}`).toString('hex').slice(0, 16).padEnd(16, '0'),
      },
    ],
  });
  for (let tries = 0; tries < 50; tries += 1) {
    const page = await api.get<{ items: Array<{ number: string }> }>(
      `incidents?${ACTIVE}&origin=alert&service=${encodeURIComponent(service)}`
    );
    const [found] = page.items;
    if (found) {
      return found.number;
    }
    await new Promise((later) => setTimeout(later, 100));
  }
  throw new Error(`no incident came of ${alertname}`);
}

/** Texts that break pages which trust what they are told. */
export const HOSTILE = {
  image: '<img src=x onerror="window.__broken=1">',
  script: '</script><script>window.__broken=2</script>',
  link: '[click](javascript:window.__broken=3)',
  short: '<i onclick="__broken=7">',
  template: '{{constructor.constructor("window.__broken=4")()}}',
  turned: '\u202Egnp.exe\u202C',
};

/** One of everything, named so that a page which trusts it would show. */
export async function seedHostile(api: Api): Promise<Seeds> {
  const { image, script, link, template, turned } = HOSTILE;
  const service = `svc${image}`;
  await api.post('services', {
    name: service,
    description: script,
    ownerTeam: template,
    labels: { team: image },
    dependsOn: ['payments'],
  });
  await seedHostileWords(api);
  const fired = await fire(api, `Alert${image}`, 'payments', `${script} ${template}`, 10 * MINUTE);
  await api.patch(`incidents/${fired}`, {
    title: `${image} ${turned}`,
    summary: `${script}\n\n${link}\n\n${image}`,
    rootCause: image,
    environment: script,
    services: ['payments', service],
    labels: { note: image, namespace: 'shop' },
    links: [{ title: image, url: 'https://example.org/' }],
    comment: `${image}\n\n${script}\n\n${link}\n\n<a href="javascript:window.__broken=5">x</a>`,
  });
  await api.post(`incidents/${fired}/tasks`, { title: image, assignee: script });
  await api.post(`incidents/${fired}/attachments`, {
    name: `${image}.txt`,
    contentType: 'text/plain',
    content: Buffer.from(script).toString('base64'),
    comment: image,
  });
  await fire(api, `Other${image}`, service, image);
  const ended = await api.post<{ number: string }>('incidents', {
    title: script,
    service,
    status: 'resolved',
    startedAt: before(3 * HOUR),
    resolvedAt: before(2 * HOUR),
  });
  const part = await api.post<{ number: string }>('incidents', { title: image, service });
  await api.post(`incidents/${fired}/parts`, { incident: part.number });
  const slo = await seedHostileSlo(api, service);
  await seedHostileSettings(api);
  return { fired, ended: ended.number, slo };
}

/** What the organisation calls things. */
async function seedHostileWords(api: Api): Promise<void> {
  const { image, short, script, template } = HOSTILE;
  const { levels } = await api.get<{ levels: Array<{ id: string; severity: string; words: string[] }> }>('severities');
  await api.put('severities', {
    levels: levels.map(({ id, severity, words }) => ({
      id,
      severity,
      words,
      title: `${image} ${id}`,
      description: script,
    })),
  });
  await api.put('statuses', { statuses: [{ status: 'mitigated', label: short, meaning: template }] });
}

async function seedHostileSlo(api: Api, service: string): Promise<string> {
  const { image, script, link, template } = HOSTILE;
  const slo = await api.post<{ id: string }>('slos', {
    name: image,
    service,
    objective: '99',
    description: `${script} ${link}`,
    owner: template,
    labels: { note: image },
    indicator: { type: 'ratio', total: 'http_requests_total', bad: 'http_requests_total{code=~"5.."}' },
  });
  await api.post('slos/corrections', {
    start: before(2 * HOUR),
    end: before(HOUR),
    reason: image,
    sloIds: [slo.id],
  });
  await api.post('maintenance-windows', {
    title: image,
    startsAt: before(HOUR),
    endsAt: before(-HOUR),
    matchers: [{ label: 'slo_id', operator: '=', value: slo.id }],
    comment: script,
  });
  return slo.id;
}

async function seedHostileSettings(api: Api): Promise<void> {
  const { image, script, link, template } = HOSTILE;
  await api.post('rules', { name: image, groupBy: ['service'] });
  await api.post('maintenance-windows', {
    title: image,
    startsAt: before(HOUR),
    endsAt: before(-HOUR),
    services: [image],
  });
  await api.post('enrichment-rules', { title: image, query: 'up{note=$labels.note} # </script>' });
  await api.post('identity-rules', {
    title: image,
    labels: [script],
    matchers: [{ label: 'note', operator: '=', value: image }],
  });
  await api.post('checks', { title: image, query: 'up{job="</script>"}', fix: script });
  await api.put('fields/hostile', { title: image, kind: 'select', options: [script, template] });
  await api.put('templates/hostile', { name: image, title: script, description: link, comment: image });
  await api.put('heartbeats/hostile', { title: image, intervalSeconds: 86_400, comment: script });
  await api.put(`integrations/hostile`, { namePath: 'name', labels: { note: image } });
  await api.post('changes', { service: 'payments', title: image, version: script, author: template });
}

function before(milliseconds: number): string {
  return new Date(Date.now() - milliseconds).toISOString();
}
