/** Grafana's frame of a plugin page: title, actions, content. */
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { type PluginPageProps } from '@grafana/runtime';
import { useStyles2 } from '@grafana/ui';
import { useLocation } from 'react-router-dom';
import { type Boot } from './boot';
import { places } from './Chrome';

export const previewPageOf = (boot: Boot) =>
  function PreviewPage({ pageNav, actions, info, subTitle, renderTitle, children }: PluginPageProps) {
    const styles = useStyles2(getStyles);
    const { pathname } = useLocation();
    const title = pageNav?.text ?? places(boot).find((each) => pathname.startsWith(each.path))?.name ?? '';
    return (
      <div className={styles.page}>
        <header className={styles.head}>
          <div className={styles.title}>
            {renderTitle ? renderTitle(title) : <h1>{title}</h1>}
            {(subTitle ?? pageNav?.subTitle) && <div className={styles.under}>{subTitle ?? pageNav?.subTitle}</div>}
          </div>
          {info?.map((each) => (
            <div key={each.label}>
              <div className={styles.under}>{each.label}</div>
              {each.value}
            </div>
          ))}
          {actions}
        </header>
        {children}
      </div>
    );
  };

const getStyles = (theme: GrafanaTheme2) => ({
  page: css({
    padding: theme.spacing(3),
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(2),
    minHeight: '100%',
  }),
  head: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(2), flexWrap: 'wrap' }),
  title: css({ flex: 1, minWidth: 0, '& h1': { margin: 0, fontSize: theme.typography.h2.fontSize } }),
  under: css({ color: theme.colors.text.secondary }),
});
