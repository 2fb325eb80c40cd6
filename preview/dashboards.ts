/** Dashboards as the plugin ships them, as far as the preview reads them. */
import { type DataQuery, type DataSourceRef } from '@grafana/schema';
import { type FieldConfigSource } from '@grafana/data';
import { backend } from './backend';

export interface DashboardPanel {
  id: number;
  type: string;
  title?: string;
  description?: string;
  gridPos: { x: number; y: number; w: number; h: number };
  datasource?: DataSourceRef;
  targets?: DataQuery[];
  options?: Record<string, unknown>;
  fieldConfig?: FieldConfigSource;
}

export interface DashboardVariable {
  name: string;
  label?: string;
  type: string;
  query: unknown;
  datasource?: DataSourceRef;
  multi?: boolean;
  includeAll?: boolean;
  current?: { value?: string | string[] };
}

export interface Dashboard {
  title: string;
  time: { from: string; to: string };
  panels: DashboardPanel[];
  templating: { list: DashboardVariable[] };
}

const APP = 'reliability-studio-app';

export function dashboardOf(name: string): Promise<Dashboard> {
  return backend.get(`/public/plugins/${APP}/dashboards/${encodeURIComponent(name)}.json`);
}
