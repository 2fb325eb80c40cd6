import { PluginPage } from '@grafana/runtime';
import { LoadingState } from '../../components/StateView';

export default function IncidentPage() {
  return (
    <PluginPage>
      <LoadingState />
    </PluginPage>
  );
}
