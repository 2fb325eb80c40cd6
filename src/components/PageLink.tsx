/** A link to a page of the app that costs next to nothing: what stands in every row of a long list. */
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { type ReactNode } from 'react';
import { Link } from 'react-router-dom';

interface PageLinkProps {
  /** From `pageUrl`: an address of ours, so that nothing in it needs to be looked through as `TextLink` does. */
  to: string;
  children: ReactNode;
}

export function PageLink({ to, children }: PageLinkProps) {
  const styles = useStyles2(getStyles);
  return (
    <Link to={to} className={styles.link}>
      {children}
    </Link>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  link: css({
    color: theme.colors.text.primary,
    textDecoration: 'none',
    '&:hover': { color: theme.colors.text.link, textDecoration: 'underline' },
  }),
});
