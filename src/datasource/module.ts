/** Entry of the nested data source. */
import { DataSourcePlugin } from '@grafana/data';
import { DataSource } from './DataSource';

export const plugin = new DataSourcePlugin(DataSource);
