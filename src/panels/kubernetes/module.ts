/** Entry of the Kubernetes panel. */
import { PanelPlugin } from '@grafana/data';
import { initPluginTranslations } from '@grafana/i18n';
import { KubernetesPanel } from './KubernetesPanel';
import { addKubernetesOptions, type KubernetesOptions } from './options';

void initPluginTranslations('reliability-kubernetes-panel');

export const plugin = new PanelPlugin<KubernetesOptions>(KubernetesPanel).setPanelOptions(addKubernetesOptions);
