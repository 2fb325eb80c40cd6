/** Options of the incident panel. */
import { type PanelOptionsEditorBuilder } from '@grafana/data';
import { t } from '@grafana/i18n';

export interface IncidentOptions {
  order: 'urgent' | 'newest' | 'given';
  /** At most so many; 0 shows all. */
  limit: number;
  showCause: boolean;
  /** Causes that are less sure than this are not named. */
  leastConfidence: number;
  showCounts: boolean;
}

export const INCIDENT_DEFAULTS: IncidentOptions = {
  order: 'urgent',
  limit: 20,
  showCause: true,
  leastConfidence: 0.5,
  showCounts: true,
};

/** What is not set is at its default. */
export function incidentOptions(stored: Partial<IncidentOptions>): IncidentOptions {
  return { ...INCIDENT_DEFAULTS, ...stored };
}

export function addIncidentOptions(builder: PanelOptionsEditorBuilder<IncidentOptions>): void {
  builder
    .addSelect({
      path: 'order',
      name: t('panel.incident.order', 'Order'),
      defaultValue: INCIDENT_DEFAULTS.order,
      settings: {
        options: [
          { value: 'urgent', label: t('panel.incident.urgent', 'Open and most severe first') },
          { value: 'newest', label: t('panel.incident.newest', 'Newest first') },
          { value: 'given', label: t('panel.incident.given', 'As the query gives them') },
        ],
      },
    })
    .addNumberInput({
      path: 'limit',
      name: t('panel.limit', 'At most'),
      description: t('panel.limit-help', '0 shows all'),
      defaultValue: INCIDENT_DEFAULTS.limit,
      settings: { min: 0, max: 200, integer: true },
    })
    .addBooleanSwitch({
      path: 'showCounts',
      name: t('panel.incident.counts', 'Counts by severity'),
      defaultValue: INCIDENT_DEFAULTS.showCounts,
    })
    .addBooleanSwitch({
      path: 'showCause',
      name: t('panel.incident.cause', 'Likely cause'),
      description: t('panel.incident.cause-help', 'Add a second query “Findings” to the panel'),
      defaultValue: INCIDENT_DEFAULTS.showCause,
    })
    .addSliderInput({
      path: 'leastConfidence',
      name: t('panel.incident.least', 'Least confidence'),
      description: t('panel.incident.least-help', 'Causes that are less sure are not named'),
      defaultValue: INCIDENT_DEFAULTS.leastConfidence,
      settings: { min: 0, max: 1, step: 0.05 },
      showIf: (options) => options.showCause,
    });
}
