import { PluginPage } from '@grafana/runtime';
import { LoadingState } from '../../components/StateView';

export default function ServicePage() {
  return (
    <PluginPage>
      <LoadingState />
    </PluginPage>
  );
}
