/** Grafana's own panels as plugins, for scenes: each is a stand-in. */
import { type PanelPluginMeta, PanelPlugin, type PanelProps } from '@grafana/data';
import { StandInPanel } from './StandInPanel';

export function standInPlugin(id: string): PanelPlugin {
  const plugin = new PanelPlugin(({ data, timeRange, width, height }: PanelProps) => (
    <StandInPanel type={id} data={data} range={timeRange} width={width} height={height} />
  )).useFieldConfig();
  plugin.meta = {
    id,
    name: id,
    type: 'panel',
    module: '',
    baseUrl: '',
    sort: 0,
    info: { version: '' },
  } as unknown as PanelPluginMeta;
  return plugin;
}
