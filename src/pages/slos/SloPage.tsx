import { PluginPage } from '@grafana/runtime';
import { LoadingState } from '../../components/StateView';

export default function SloPage() {
  return (
    <PluginPage>
      <LoadingState />
    </PluginPage>
  );
}
