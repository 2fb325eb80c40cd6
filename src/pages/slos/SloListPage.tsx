import { PluginPage } from '@grafana/runtime';
import { LoadingState } from '../../components/StateView';

export default function SloListPage() {
  return (
    <PluginPage>
      <LoadingState />
    </PluginPage>
  );
}
