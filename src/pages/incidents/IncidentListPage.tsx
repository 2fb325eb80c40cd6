import { PluginPage } from '@grafana/runtime';
import { LoadingState } from '../../components/StateView';

export default function IncidentListPage() {
  return (
    <PluginPage>
      <LoadingState />
    </PluginPage>
  );
}
