/** The app's root, mounted where Grafana mounts it. */
import { type AppPlugin, type AppPluginMeta } from '@grafana/data';
import { locationService } from '@grafana/runtime';
import { useEffect, useState } from 'react';
import { useParams } from 'react-router-dom';
import { type Boot } from './boot';
import { metaOf, pluginOf } from './services';

export function AppRoute({ boot }: { boot: Boot }) {
  // As in Grafana: a plugin's own routes see this parameter too, so it must not be called as theirs are.
  const { pluginId: id = '' } = useParams();
  const plugin = useAppPlugin(boot, id);
  if (plugin instanceof Error) {
    return <p role="alert">{plugin.message}</p>;
  }
  const Root = plugin?.root;
  // Grafana calls the last three deprecated, and hands them over all the same.
  /* eslint-disable @typescript-eslint/no-deprecated */
  return Root ? (
    <Root
      meta={plugin.meta}
      basename={`/a/${id}`}
      path={locationService.getLocation().pathname}
      query={locationService.getSearchObject()}
      onNavChanged={() => undefined}
    />
  ) : null;
  /* eslint-enable @typescript-eslint/no-deprecated */
}

export function useAppPlugin(boot: Boot, id: string): AppPlugin | Error | null {
  const [plugin, setPlugin] = useState<AppPlugin | Error | null>(null);
  useEffect(() => {
    pluginOf<AppPlugin>(boot, id)
      .then((loaded) => {
        const found = boot.plugins.find((each) => each.id === id);
        if (found) {
          loaded.meta = metaOf(found) as AppPluginMeta;
          loaded.init(loaded.meta);
        }
        setPlugin(loaded);
      })
      .catch((error: unknown) => setPlugin(error instanceof Error ? error : new Error(String(error))));
  }, [boot, id]);
  return plugin;
}
