/** The scene of one service on its page; what is chosen in it is in the address. */
import { UrlSyncContextProvider } from '@grafana/scenes';
import { useState } from 'react';
import { courseScene } from './courseScene';

export default function Course({ service }: { service: string }) {
  const [scene] = useState(() => courseScene(service));
  return (
    <UrlSyncContextProvider scene={scene}>
      <scene.Component model={scene} />
    </UrlSyncContextProvider>
  );
}
