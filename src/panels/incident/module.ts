/** Entry of the incident panel. */
import { PanelPlugin } from '@grafana/data';
import { initPluginTranslations } from '@grafana/i18n';
import { IncidentPanel } from './IncidentPanel';
import { addIncidentOptions, type IncidentOptions } from './options';

void initPluginTranslations('reliability-incident-panel');

export const plugin = new PanelPlugin<IncidentOptions>(IncidentPanel).setPanelOptions(addIncidentOptions);
