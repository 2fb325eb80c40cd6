/** Entry of the nested data source. */
import { DataSourcePlugin, type DataSourceJsonData } from '@grafana/data';
import { initPluginTranslations } from '@grafana/i18n';
import { DATASOURCE_ID } from '../constants';
import { ConfigEditor } from './ConfigEditor';
import { DataSource } from './DataSource';
import { QueryEditor } from './editor/QueryEditor';
import { type StudioQuery } from './query';

void initPluginTranslations(DATASOURCE_ID);

export const plugin = new DataSourcePlugin<DataSource, StudioQuery, DataSourceJsonData>(DataSource)
  .setConfigEditor(ConfigEditor)
  .setQueryEditor(QueryEditor);
