/** Options of the Kubernetes panel. */
import { type PanelOptionsEditorBuilder } from '@grafana/data';
import { t } from '@grafana/i18n';

export interface KubernetesOptions {
  /** Only pods that are not well. */
  onlyTrouble: boolean;
  /** A pod with so many restarts is worth a look even when it runs now. */
  restartsWarn: number;
  /** At most so many; 0 shows all. */
  limit: number;
  showNode: boolean;
}

export const KUBERNETES_DEFAULTS: KubernetesOptions = {
  onlyTrouble: false,
  restartsWarn: 3,
  limit: 50,
  showNode: true,
};

/** What is not set is at its default. */
export function kubernetesOptions(stored: Partial<KubernetesOptions>): KubernetesOptions {
  return { ...KUBERNETES_DEFAULTS, ...stored };
}

export function addKubernetesOptions(builder: PanelOptionsEditorBuilder<KubernetesOptions>): void {
  builder
    .addBooleanSwitch({
      path: 'onlyTrouble',
      name: t('panel.kubernetes.only', 'Only pods in trouble'),
      defaultValue: KUBERNETES_DEFAULTS.onlyTrouble,
    })
    .addNumberInput({
      path: 'restartsWarn',
      name: t('panel.kubernetes.restarts-warn', 'Warn from restarts'),
      description: t('panel.kubernetes.restarts-help', '0 never warns'),
      defaultValue: KUBERNETES_DEFAULTS.restartsWarn,
      settings: { min: 0, integer: true },
    })
    .addNumberInput({
      path: 'limit',
      name: t('panel.limit', 'At most'),
      description: t('panel.limit-help', '0 shows all'),
      defaultValue: KUBERNETES_DEFAULTS.limit,
      settings: { min: 0, max: 500, integer: true },
    })
    .addBooleanSwitch({
      path: 'showNode',
      name: t('panel.kubernetes.show-node', 'Node and age'),
      defaultValue: KUBERNETES_DEFAULTS.showNode,
    });
}
