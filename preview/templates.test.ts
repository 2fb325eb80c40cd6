import {
  applyFieldOverrides,
  createTheme,
  FieldType,
  getFieldDisplayName,
  standardFieldConfigEditorRegistry,
  toDataFrame,
} from '@grafana/data';
import { fieldConfigItems } from './fieldConfig';
import { Templates } from './templates';

const templates = new Templates();
standardFieldConfigEditorRegistry.setInit(fieldConfigItems);

function frames(displayName: string) {
  const made = ['payments', '<b>web</b>'].map((service) =>
    toDataFrame({
      fields: [
        { name: 'slo', type: FieldType.string, values: ['availability', 'latency'] },
        { name: 'value', type: FieldType.number, labels: { service, team: 'shop' }, values: [1, 2] },
      ],
    })
  );
  return applyFieldOverrides({
    data: made,
    fieldConfig: {
      defaults: {},
      overrides: [
        { matcher: { id: 'byName', options: 'value' }, properties: [{ id: 'displayName', value: displayName }] },
      ],
    },
    replaceVariables: (text, scoped, format) => templates.replace(text, scoped, format),
    theme: createTheme(),
  });
}

describe('variables in texts of panels', () => {
  it('name a field by its labels, as dashboards of the plugin do', () => {
    const all = frames('${__field.labels.service}');
    const names = all.map((frame) => frame.fields[1] && getFieldDisplayName(frame.fields[1], frame, all));
    expect(names).toEqual(['payments', '<b>web</b>']);
  });

  it('leave alone what they do not know', () => {
    expect(templates.replace('${__field.labels.service} $nothing ${other.part}')).toBe(
      '${__field.labels.service} $nothing ${other.part}'
    );
  });

  it('read the row that a link stands in', () => {
    const [frame] = frames('x');
    const field = frame?.fields[1];
    if (!frame || !field) {
      throw new Error('there is no field');
    }
    const scoped = { __dataContext: { value: { data: [frame], frame, field, rowIndex: 1 }, text: '' } };
    expect(templates.replace('/slos/${__data.fields.slo}?v=${__value.raw}', scoped)).toBe('/slos/latency?v=2');
    expect(templates.replace('${__field.labels}', scoped)).toBe('service="payments", team="shop"');
  });

  it('take what a panel hands along before what the dashboard has', () => {
    templates.set({ service: ['a', 'b'] });
    expect(templates.replace('$service ${service:csv} [[service]]')).toBe('{a,b} a,b {a,b}');
    expect(templates.replace('$service', { service: { text: 'c', value: 'c' } })).toBe('c');
  });
});
