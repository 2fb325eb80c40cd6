/** Tabs that go on in a second line where there is no room: all of them stay in view. */
import { css } from '@emotion/css';
import { TabsBar, useStyles2 } from '@grafana/ui';
import { type ReactNode } from 'react';

export function WrappedTabs({ children }: { children: ReactNode }) {
  const styles = useStyles2(getStyles);
  return <TabsBar className={styles.bar}>{children}</TabsBar>;
}

const getStyles = () => ({
  bar: css({ overflowX: 'visible', '& > [role="tablist"]': { flexWrap: 'wrap' } }),
});
