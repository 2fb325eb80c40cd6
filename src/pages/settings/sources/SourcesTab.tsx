/** Where telemetry comes from, on the app's own page: the form, once the settings are there. */
import { usePluginSettings } from '../../../api/settings';
import { StateView } from '../../../components/StateView';
import { SourcesForm } from './SourcesForm';

export function SourcesTab() {
  const settings = usePluginSettings();
  return (
    <StateView query={settings}>{(found) => <SourcesForm key={settings.dataUpdatedAt} settings={found} />}</StateView>
  );
}
