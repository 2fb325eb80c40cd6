/** Grafana's services for plugins, on the stand-in host. */
import {
  createTheme,
  type DataSourceApi,
  type DataSourceInstanceSettings,
  type DataSourcePlugin,
  EventBusSrv,
  type GrafanaConfig,
  locationUtil,
  type PanelPlugin,
  type PluginMeta,
  standardEditorsRegistry,
  standardFieldConfigEditorRegistry,
} from '@grafana/data';
import {
  config,
  type DataSourceSrv,
  setAppEvents,
  setBackendSrv,
  setDataSourceSrv,
  setGrafanaLiveSrv,
  setPluginImportUtils,
  setRunRequest,
  setTemplateSrv,
} from '@grafana/runtime';
import { load } from './amd';
import { backend } from './backend';
import { type Boot, type BootPlugin, type BootSource, chosenMode } from './boot';
import { fieldConfigItems } from './fieldConfig';
import { liveOf } from './live';
import { runRequest } from './runRequest';
import { standInPlugin } from './standInPlugin';
import { Templates } from './templates';

export const templates = new Templates();

/** Options and field options of panels name editors by these ids; the preview shows no panel editor. */
const EDITORS = [
  'text', 'number', 'slider', 'boolean', 'select', 'radio', 'unit', 'color', 'timezone', 'field-name', 'multi-select',
  'dashboard-uid', 'fieldColor', 'mappings', 'thresholds', 'links', 'actions', 'strings', 'stats-picker',
]; // prettier-ignore

export function installServices(boot: Boot): void {
  config.theme2 = createTheme({ colors: { mode: chosenMode() } });
  locationUtil.initialize({
    // Grafana's own configuration; it asks for nothing but the path that it is served under.
    config: config as unknown as GrafanaConfig,
    getVariablesUrlParams: () => ({}),
    getTimeRangeForUrl: () => ({ from: 'now-6h', to: 'now' }),
  });
  standardEditorsRegistry.setInit(() => EDITORS.map((id) => ({ id, name: id, editor: () => null })));
  standardFieldConfigEditorRegistry.setInit(fieldConfigItems);
  setAppEvents(new EventBusSrv());
  setBackendSrv(backend);
  setTemplateSrv(templates);
  setGrafanaLiveSrv(liveOf(boot.user.orgId));
  setDataSourceSrv(new Sources(boot));
  setRunRequest(runRequest);
  setPluginImportUtils({
    importPanelPlugin: (id) =>
      boot.plugins.some((each) => each.id === id) ? panelPlugin(boot, id) : Promise.resolve(standInPlugin(id)),
    getPanelPluginFromCache: () => undefined,
  });
}

export function metaOf(plugin: BootPlugin): PluginMeta {
  return {
    ...plugin.meta,
    id: plugin.id,
    name: plugin.name,
    type: plugin.type,
    module: plugin.module,
    baseUrl: `public/plugins/${plugin.id}`,
    enabled: true,
  } as unknown as PluginMeta;
}

export async function pluginOf<T>(boot: Boot, id: string): Promise<T> {
  const found = boot.plugins.find((each) => each.id === id);
  if (!found) {
    throw new Error(`there is no plugin ${id}`);
  }
  return (await load(found.module)).plugin as T;
}

export async function panelPlugin(boot: Boot, id: string): Promise<PanelPlugin> {
  const plugin = await pluginOf<PanelPlugin>(boot, id);
  const found = boot.plugins.find((each) => each.id === id);
  if (found) {
    plugin.meta = metaOf(found) as PanelPlugin['meta'];
  }
  return plugin;
}

/** Data sources of the organisation; those that are plugins here can be asked. */
class Sources implements DataSourceSrv {
  private readonly made = new Map<string, Promise<DataSourceApi>>();

  constructor(private readonly boot: Boot) {}

  getList: DataSourceSrv['getList'] = (filters) => {
    const types = filters?.type === undefined ? null : [filters.type].flat();
    return this.boot.datasources
      .filter((each) => types?.includes(each.type) ?? true)
      .map((each) => settingsOf(this.boot, each))
      .filter((each) => filters?.filter?.(each) ?? true);
  };

  getInstanceSettings: DataSourceSrv['getInstanceSettings'] = (ref) => {
    const wanted = templates.replace(typeof ref === 'string' ? ref : (ref?.uid ?? ''));
    const type = typeof ref === 'string' ? undefined : ref?.type;
    const found =
      this.boot.datasources.find((each) => each.uid === wanted || each.name === wanted) ??
      this.boot.datasources.find((each) => each.type === type);
    return found && settingsOf(this.boot, found);
  };

  get: DataSourceSrv['get'] = (ref) => {
    const settings = this.getInstanceSettings(ref);
    if (!settings) {
      return Promise.reject(new Error(`there is no data source ${JSON.stringify(ref)}`));
    }
    const known = this.made.get(settings.uid) ?? this.make(settings);
    this.made.set(settings.uid, known);
    return known;
  };

  reload = () => Promise.resolve();
  registerRuntimeDataSource = () => undefined;

  private async make(settings: DataSourceInstanceSettings): Promise<DataSourceApi> {
    if (!this.boot.plugins.some(({ id }) => id === settings.type)) {
      throw new Error(`Grafana would ask ${settings.name} here; the stand-in host has no plugin for it`);
    }
    const plugin = await pluginOf<DataSourcePlugin<DataSourceApi>>(this.boot, settings.type);
    const made = new plugin.DataSourceClass(settings);
    made.components = plugin.components;
    made.meta = settings.meta;
    return made;
  }
}

function settingsOf(boot: Boot, source: BootSource): DataSourceInstanceSettings {
  const plugin = boot.plugins.find((each) => each.id === source.type);
  return {
    ...source,
    access: 'proxy',
    readOnly: true,
    meta: plugin ? metaOf(plugin) : { id: source.type, name: source.type },
  } as unknown as DataSourceInstanceSettings;
}
