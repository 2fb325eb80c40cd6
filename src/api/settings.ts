/** The app's settings as Grafana keeps them, and how the things are that they lead to. */
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { t } from '@grafana/i18n';
import { PLUGIN_ID } from '../constants';
import { isRecord, isString, oneOf } from '../lib/guards';
import { call, callGrafana, type FieldProblem } from './client';

const ADDRESS = `/api/plugins/${PLUGIN_ID}/settings`;

export interface PluginSettings {
  enabled: boolean;
  pinned: boolean;
  jsonData: Record<string, unknown>;
  /** Which secrets are set; their values never leave Grafana. */
  secureJsonFields: Record<string, boolean>;
}

export type DependencyState = 'ok' | 'failed' | 'not_configured';

export interface Dependency {
  name: string;
  state: DependencyState;
  message: string;
  latencyMs: number;
}

export interface Health {
  status: string;
  message: string;
  version: string;
  dependencies: Dependency[];
  problems: FieldProblem[];
  warnings: string[];
}

export const settingsQueries = {
  plugin: () =>
    queryOptions({
      queryKey: ['settings'],
      queryFn: async ({ signal }) => settingsOf(await callGrafana('GET', ADDRESS, { signal })),
      staleTime: Infinity,
    }),
  health: () =>
    queryOptions({
      queryKey: ['health'],
      queryFn: async ({ signal }) => healthOf(await call('GET', 'health', { signal })),
      staleTime: 0,
    }),
};

export function usePluginSettings() {
  return useQuery(settingsQueries.plugin());
}

export function useHealth() {
  return useQuery(settingsQueries.health());
}

export interface SettingsChange {
  jsonData: Record<string, unknown>;
  /** Only those that change; an empty text removes one. */
  secureJsonData: Record<string, string>;
}

/** Save the settings; Grafana hands them to the backend with its next call, which the health check then is. */
export function useSaveSettings() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (change: SettingsChange) => {
      const before = await client.query(settingsQueries.plugin());
      await callGrafana('POST', ADDRESS, { body: { enabled: true, pinned: before.pinned, ...change } });
    },
    meta: { done: t('settings.saved', 'The settings are saved') },
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: settingsQueries.plugin().queryKey }),
        client.invalidateQueries({ queryKey: settingsQueries.health().queryKey }),
      ]),
  });
}

export function settingsOf(answer: unknown): PluginSettings {
  const found = isRecord(answer) ? answer : {};
  const secrets = isRecord(found.secureJsonFields) ? Object.entries(found.secureJsonFields) : [];
  return {
    enabled: found.enabled === true,
    pinned: found.pinned === true,
    jsonData: isRecord(found.jsonData) ? found.jsonData : {},
    secureJsonFields: Object.fromEntries(secrets.map(([key, set]) => [key, set === true])),
  };
}

export function healthOf(answer: unknown): Health {
  const found = isRecord(answer) ? answer : {};
  const details = isRecord(found.details) ? found.details : found;
  const dependencies = isRecord(details.dependencies) ? Object.entries(details.dependencies) : [];
  return {
    status: text(details.status),
    message: text(found.message),
    version: text(details.version),
    dependencies: dependencies.flatMap(([name, each]) => (isRecord(each) ? [dependencyOf(name, each)] : [])),
    problems: list(details.settingsProblems).flatMap((each) =>
      isRecord(each) ? [{ path: text(each.path), problem: text(each.problem) }] : []
    ),
    warnings: list(details.warnings).filter(isString),
  };
}

function dependencyOf(name: string, each: Record<string, unknown>): Dependency {
  return {
    name,
    state: oneOf(each.state, ['ok', 'failed', 'not_configured'], 'failed'),
    message: text(each.message),
    latencyMs: typeof each.latencyMs === 'number' ? each.latencyMs : 0,
  };
}

const text = (value: unknown): string => (isString(value) ? value : '');
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
