import { draftOf, jsonDataOf } from './draft';

const provisioned = {
  prometheus: {
    url: 'http://prometheus:9090',
    timeoutSeconds: 5,
    headers: { 'X-Scope-OrgID': 'shop' },
    maxConcurrency: 4,
    resolution: '5m',
  },
  tempo: { datasourceUid: 'tempo-1' },
  notifications: { targets: [{ name: 'on-call', kind: 'slack' }] },
  alerts: { pollPrometheus: true },
};

describe('the settings of sources in a form', () => {
  it('come back as they were when nothing changes, also what the form does not know', () => {
    expect(jsonDataOf(draftOf(provisioned), provisioned)).toEqual(provisioned);
  });

  it('drop a source that is switched off', () => {
    const draft = draftOf(provisioned);
    draft.sources.prometheus.way = 'off';
    expect(jsonDataOf(draft, provisioned)).not.toHaveProperty('prometheus');
  });

  it('never give both an address and a data source', () => {
    const draft = draftOf(provisioned);
    Object.assign(draft.sources.prometheus, { way: 'datasource', datasourceUid: 'prom-1' });
    expect(jsonDataOf(draft, provisioned).prometheus).toEqual({
      datasourceUid: 'prom-1',
      timeoutSeconds: 5,
      headers: { 'X-Scope-OrgID': 'shop' },
      maxConcurrency: 4,
      resolution: '5m',
    });
    draft.sources.prometheus.resolution = 'raw';
    expect(jsonDataOf(draft, provisioned).prometheus).not.toHaveProperty('resolution');
  });

  it.each([{}, { prometheus: 'x' }, { prometheus: { url: 7, headers: [1] } }])('take any JSON: %j', (jsonData) => {
    expect(draftOf(jsonData).sources.prometheus).toMatchObject({ way: 'off', url: '' });
  });
});
