/** What is only sometimes wanted, behind a line that opens it. The browser's own element: keys and readers know it. */
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { type ReactNode, useState } from 'react';

interface DisclosureProps {
  label: string;
  children: ReactNode;
}

export function Disclosure({ label, children }: DisclosureProps) {
  const styles = useStyles2(getStyles);
  const [open, setOpen] = useState(false);
  return (
    <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className={styles.label}>{label}</summary>
      {open && <div className={styles.content}>{children}</div>}
    </details>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  label: css({ cursor: 'pointer', padding: theme.spacing(1, 0) }),
  content: css({ paddingLeft: theme.spacing(2) }),
});
