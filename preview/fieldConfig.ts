/** The standard options of fields, as far as the shipped dashboards set them: by these a panel's overrides take effect. */
import {
  dataLinksOverrideProcessor,
  displayNameOverrideProcessor,
  type FieldConfigPropertyItem,
  identityOverrideProcessor,
  numberOverrideProcessor,
  stringOverrideProcessor,
  thresholdsOverrideProcessor,
  unitOverrideProcessor,
  valueMappingsOverrideProcessor,
} from '@grafana/data';

const PROCESSORS: Record<string, FieldConfigPropertyItem['process']> = {
  displayName: displayNameOverrideProcessor,
  unit: unitOverrideProcessor,
  min: numberOverrideProcessor,
  max: numberOverrideProcessor,
  decimals: numberOverrideProcessor,
  noValue: stringOverrideProcessor,
  color: identityOverrideProcessor,
  mappings: valueMappingsOverrideProcessor,
  thresholds: thresholdsOverrideProcessor,
  links: dataLinksOverrideProcessor,
};

/** The preview has no panel editor, so an option has no editor either. */
export const fieldConfigItems = (): FieldConfigPropertyItem[] =>
  Object.entries(PROCESSORS).map(([id, process]) => ({
    id,
    path: id,
    name: id,
    editor: () => null,
    override: () => null,
    process,
    settings: { expandTemplateVars: true },
    shouldApply: () => true,
  }));
