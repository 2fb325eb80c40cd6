/** One panel: runs its queries, and shows them with the plugin's panel or with a plain stand-in for Grafana's. */
import {
  applyFieldOverrides,
  CoreApp,
  type DataFrame,
  type DataQueryRequest,
  EventBusSrv,
  FieldColorModeId,
  type FieldConfigSource,
  getDisplayProcessor,
  getDefaultTimeRange,
  LoadingState,
  type PanelData,
  type PanelPlugin,
  type TimeRange,
} from '@grafana/data';
import { config, getDataSourceSrv, getPluginImportUtils } from '@grafana/runtime';
import { PanelChrome } from '@grafana/ui';
import { useEffect, useMemo, useState } from 'react';
import { type DashboardPanel } from './dashboards';
import { StandInPanel } from './StandInPanel';
import { templates } from './services';
import { useSize } from './useSize';

const PLUGIN = /^reliability-/;
const REFRESH_MS = 30_000;

export function PanelView({ panel, range }: { panel: DashboardPanel; range: TimeRange }) {
  const plugin = usePanelPlugin(panel.type);
  const data = useQueries(panel, range);
  const [ref, { width, height }] = useSize<HTMLDivElement>();
  return (
    <div ref={ref} style={{ width: '100%', height: '100%' }}>
      {width > 0 && height > 0 && (
        <PanelChrome
          title={templates.replace(panel.title ?? '')}
          description={panel.description}
          width={width}
          height={height}
          loadingState={data.state}
          statusMessage={data.errors?.map((each) => each.message).join('; ')}
        >
          {(innerWidth, innerHeight) => (
            <Content panel={panel} plugin={plugin} data={data} range={range} width={innerWidth} height={innerHeight} />
          )}
        </PanelChrome>
      )}
    </div>
  );
}

interface ContentProps {
  panel: DashboardPanel;
  plugin: PanelPlugin | null;
  data: PanelData;
  range: TimeRange;
  width: number;
  height: number;
}

function Content({ panel, plugin, data, range, width, height }: ContentProps) {
  const fieldConfig = useMemo(() => withDefaults(panel.fieldConfig, plugin), [panel.fieldConfig, plugin]);
  const shown = useMemo(() => ({ ...data, series: dressed(data.series, fieldConfig) }), [data, fieldConfig]);
  const Panel = plugin?.panel;
  if (!PLUGIN.test(panel.type)) {
    return (
      <StandInPanel
        type={panel.type}
        data={shown}
        range={range}
        width={width}
        height={height}
        options={panel.options}
      />
    );
  }
  return Panel ? (
    <Panel
      id={panel.id}
      title={panel.title ?? ''}
      data={shown}
      timeRange={range}
      timeZone="browser"
      options={{ ...plugin.defaults, ...panel.options }}
      transparent={false}
      width={width}
      height={height}
      fieldConfig={fieldConfig}
      renderCounter={0}
      eventBus={BUS}
      onOptionsChange={() => undefined}
      onFieldConfigChange={() => undefined}
      replaceVariables={(text, scoped, format) => templates.replace(text, scoped, format)}
      onChangeTimeRange={() => undefined}
    />
  ) : null;
}

/** What the dashboard sets, over what the panel's plugin has by itself. */
function withDefaults(set: FieldConfigSource | undefined, plugin: PanelPlugin | null): FieldConfigSource {
  const defaults = { ...plugin?.fieldConfigDefaults.defaults, ...set?.defaults };
  return { defaults, overrides: set?.overrides ?? [] };
}

const BUS = new EventBusSrv();

/** Frames with their field configuration and colours. */
function dressed(series: DataFrame[], fieldConfig: FieldConfigSource): DataFrame[] {
  const theme = config.theme2;
  const frames = applyFieldOverrides({
    data: series,
    fieldConfig: {
      ...fieldConfig,
      defaults: { color: { mode: FieldColorModeId.PaletteClassic }, ...fieldConfig.defaults },
    },
    replaceVariables: (text, scoped, format) => templates.replace(text, scoped, format),
    theme,
    timeZone: 'browser',
  });
  frames
    .flatMap((frame) => frame.fields)
    .forEach((field, index) => {
      field.config = { ...fieldConfig.defaults, ...field.config };
      field.state = { ...field.state, seriesIndex: index };
      field.display = getDisplayProcessor({ field, theme });
    });
  return frames;
}

function usePanelPlugin(type: string): PanelPlugin | null {
  const [plugin, setPlugin] = useState<PanelPlugin | null>(null);
  useEffect(() => {
    if (PLUGIN.test(type)) {
      void getPluginImportUtils().importPanelPlugin(type).then(setPlugin);
    }
  }, [type]);
  return plugin;
}

function useQueries(panel: DashboardPanel, range: TimeRange): PanelData {
  const [data, setData] = useState<PanelData>({
    state: LoadingState.NotStarted,
    series: [],
    timeRange: getDefaultTimeRange(),
  });
  useEffect(() => {
    let gone = false;
    let stop = () => undefined as void;
    const run = async () => {
      const targets = panel.targets ?? [];
      const [first] = targets;
      if (!first) {
        return;
      }
      const asking = first.datasource ?? panel.datasource;
      if (!getDataSourceSrv().getInstanceSettings(asking)) {
        throw new Error(
          `The preview has no data source of the type ${asking?.type ?? ''}; this panel reads one in Grafana`
        );
      }
      const source = await getDataSourceSrv().get(asking);
      setData((before) => ({ ...before, state: LoadingState.Loading }));
      const asked = requestOf(panel, range);
      const running = await Promise.resolve(source.query(asked));
      if (gone || !('subscribe' in running)) {
        return;
      }
      const subscription = running.subscribe({
        next: (answer) =>
          setData({
            state: answer.state ?? LoadingState.Done,
            series: answer.data,
            errors: answer.errors,
            timeRange: range,
          }),
        error: (error: Error) =>
          setData({ state: LoadingState.Error, series: [], errors: [{ message: error.message }], timeRange: range }),
      });
      stop = () => subscription.unsubscribe();
    };
    const failed = (error: unknown) =>
      setData({
        state: LoadingState.Error,
        series: [],
        errors: [{ message: error instanceof Error ? error.message : String(error) }],
        timeRange: range,
      });
    const attempt = () => void run().catch(failed);
    attempt();
    const timer = window.setInterval(attempt, REFRESH_MS);
    return () => {
      gone = true;
      stop();
      window.clearInterval(timer);
    };
  }, [panel, range]);
  return data;
}

export function requestOf(panel: Pick<DashboardPanel, 'id' | 'targets'>, range: TimeRange): DataQueryRequest {
  return {
    app: CoreApp.Dashboard,
    requestId: `Q${panel.id}`,
    panelId: panel.id,
    targets: panel.targets ?? [],
    range,
    rangeRaw: range.raw,
    interval: '1m',
    intervalMs: 60_000,
    maxDataPoints: 500,
    scopedVars: {},
    timezone: 'browser',
    startTime: Date.now(),
  };
}
