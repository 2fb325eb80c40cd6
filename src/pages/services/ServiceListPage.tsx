import { PluginPage } from '@grafana/runtime';
import { LoadingState } from '../../components/StateView';

export default function ServiceListPage() {
  return (
    <PluginPage>
      <LoadingState />
    </PluginPage>
  );
}
