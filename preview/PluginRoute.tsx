/** The plugin's configuration tabs, as Grafana's administration shows them. */
import { css } from '@emotion/css';
import { type GrafanaTheme2, locationUtil } from '@grafana/data';
import { locationService } from '@grafana/runtime';
import { Tab, TabContent, TabsBar, useStyles2 } from '@grafana/ui';
import { useAppPlugin } from './AppRoute';
import { type Boot } from './boot';

export function PluginRoute({ boot, id }: { boot: Boot; id: string }) {
  const styles = useStyles2(getStyles);
  const plugin = useAppPlugin(boot, id);
  if (plugin instanceof Error) {
    return <p role="alert">{plugin.message}</p>;
  }
  const pages = plugin?.configPages ?? [];
  const asked = locationService.getSearch().get('page');
  const page = pages.find((each) => each.id === asked) ?? pages[0];
  return (
    <div className={styles.page}>
      <h1>{plugin?.meta.name}</h1>
      <TabsBar>
        {pages.map((each) => (
          <Tab
            key={each.id}
            label={each.title}
            active={each === page}
            href={locationUtil.assureBaseUrl(`/plugins/${id}?page=${each.id}`)}
          />
        ))}
      </TabsBar>
      <TabContent className={styles.content}>{plugin && page && <page.body plugin={plugin} query={{}} />}</TabContent>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  page: css({ padding: theme.spacing(3) }),
  content: css({ paddingTop: theme.spacing(2) }),
});
