/** Entry of the SLO panel. */
import { FieldColorModeId, FieldConfigProperty, PanelPlugin, ThresholdsMode } from '@grafana/data';
import { initPluginTranslations } from '@grafana/i18n';
import { addSloOptions, type SloOptions } from './options';
import { SloPanel } from './SloPanel';

void initPluginTranslations('reliability-slo-panel');

export const plugin = new PanelPlugin<SloOptions>(SloPanel)
  .useFieldConfig({
    standardOptions: {
      [FieldConfigProperty.Color]: { defaultValue: { mode: FieldColorModeId.Thresholds } },
      [FieldConfigProperty.Thresholds]: {
        defaultValue: {
          mode: ThresholdsMode.Absolute,
          steps: [
            { value: -Infinity, color: 'dark-red' },
            { value: 0, color: 'red' },
            { value: 0.25, color: 'orange' },
            { value: 0.5, color: 'green' },
          ],
        },
      },
    },
  })
  .setPanelOptions(addSloOptions);
