import { PluginPage } from '@grafana/runtime';
import { LoadingState } from '../../components/StateView';

export default function SloEditorPage() {
  return (
    <PluginPage>
      <LoadingState />
    </PluginPage>
  );
}
