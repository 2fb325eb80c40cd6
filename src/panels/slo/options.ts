/** Options of the SLO panel. */
import { type PanelOptionsEditorBuilder } from '@grafana/data';
import { t } from '@grafana/i18n';

export interface SloOptions {
  display: 'gauges' | 'bars';
  order: 'worst' | 'name' | 'given';
  /** At most so many; 0 shows all. */
  limit: number;
  showDetails: boolean;
}

export const SLO_DEFAULTS: SloOptions = { display: 'gauges', order: 'worst', limit: 12, showDetails: true };

/** What is not set, as in a dashboard written by hand, is at its default. */
export function sloOptions(stored: Partial<SloOptions>): SloOptions {
  return { ...SLO_DEFAULTS, ...stored };
}

export function addSloOptions(builder: PanelOptionsEditorBuilder<SloOptions>): void {
  builder
    .addRadio({
      path: 'display',
      name: t('panel.slo.display', 'Show as'),
      defaultValue: SLO_DEFAULTS.display,
      settings: {
        options: [
          { value: 'gauges', label: t('panel.slo.gauges', 'Gauges') },
          { value: 'bars', label: t('panel.slo.bars', 'Bars') },
        ],
      },
    })
    .addSelect({
      path: 'order',
      name: t('panel.slo.order', 'Order'),
      defaultValue: SLO_DEFAULTS.order,
      settings: {
        options: [
          { value: 'worst', label: t('panel.slo.worst', 'Least budget left first') },
          { value: 'name', label: t('panel.slo.name', 'By name') },
          { value: 'given', label: t('panel.slo.given', 'As the query gives them') },
        ],
      },
    })
    .addNumberInput({
      path: 'limit',
      name: t('panel.limit', 'At most'),
      description: t('panel.limit-help', '0 shows all'),
      defaultValue: SLO_DEFAULTS.limit,
      settings: { min: 0, max: 200, integer: true },
    })
    .addBooleanSwitch({
      path: 'showDetails',
      name: t('panel.slo.details', 'SLI and burn rate'),
      defaultValue: SLO_DEFAULTS.showDetails,
    });
}
