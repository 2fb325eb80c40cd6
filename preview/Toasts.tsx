/** Messages that plugins publish for the person: they stand for a while, or until they are taken away. */
import { css } from '@emotion/css';
import { AppEvents, type GrafanaTheme2 } from '@grafana/data';
import { getAppEvents } from '@grafana/runtime';
import { Alert, type AlertVariant, useStyles2 } from '@grafana/ui';
import { useEffect, useState } from 'react';

const STANDS_MS = 6_000;

interface Toast {
  id: number;
  severity: AlertVariant;
  title: string;
  text: string;
}

export function Toasts() {
  const styles = useStyles2(getStyles);
  const [toasts, setToasts] = useState<Toast[]>([]);
  const remove = (id: number) => setToasts((before) => before.filter((each) => each.id !== id));
  useEffect(() => {
    let last = 0;
    const add = (severity: AlertVariant) => (event: { payload: [string, string?] }) => {
      last += 1;
      const id = last;
      const [title, text = ''] = event.payload;
      setToasts((before) => [...before, { id, severity, title, text }]);
      window.setTimeout(() => remove(id), STANDS_MS);
    };
    const bus = getAppEvents();
    const heard = [
      bus.getStream(AppEvents.alertSuccess as never).subscribe(add('success') as never),
      bus.getStream(AppEvents.alertError as never).subscribe(add('error') as never),
      bus.getStream(AppEvents.alertWarning as never).subscribe(add('warning') as never),
    ];
    return () => heard.forEach((each) => each.unsubscribe());
  }, []);
  return (
    <div className={styles.stack} aria-live="polite">
      {toasts.map((each) => (
        <Alert key={each.id} severity={each.severity} title={each.title} elevated onRemove={() => remove(each.id)}>
          {each.text}
        </Alert>
      ))}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  stack: css({
    position: 'fixed',
    top: theme.spacing(8),
    right: theme.spacing(2),
    width: 400,
    zIndex: theme.zIndex.portal,
  }),
});
