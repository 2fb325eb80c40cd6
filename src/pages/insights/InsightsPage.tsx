import { PluginPage } from '@grafana/runtime';
import { LoadingState } from '../../components/StateView';

export default function InsightsPage() {
  return (
    <PluginPage>
      <LoadingState />
    </PluginPage>
  );
}
