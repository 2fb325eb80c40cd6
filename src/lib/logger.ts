/** The one logger of the frontend: Grafana's, so that its monitoring sees our warnings too. */
import { createMonitoringLogger } from '@grafana/runtime';
import { PLUGIN_ID } from '../constants';

export const logger = createMonitoringLogger(`plugins.${PLUGIN_ID}`);
