/** The nested data source: its backend answers every query. */
import { type DataSourceInstanceSettings } from '@grafana/data';
import { DataSourceWithBackend } from '@grafana/runtime';

export class DataSource extends DataSourceWithBackend {
  constructor(settings: DataSourceInstanceSettings) {
    super(settings);
  }
}
