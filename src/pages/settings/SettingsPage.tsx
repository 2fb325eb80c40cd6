import { PluginPage } from '@grafana/runtime';
import { LoadingState } from '../../components/StateView';

export default function SettingsPage() {
  return (
    <PluginPage>
      <LoadingState />
    </PluginPage>
  );
}
