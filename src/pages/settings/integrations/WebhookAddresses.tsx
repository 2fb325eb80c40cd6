/** What to write into Alertmanager and into Grafana's contact point, ready to copy. */
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { ClipboardButton, Stack, Text, useStyles2 } from '@grafana/ui';
import { outsideUrl } from '../../../lib/outside';

function alertmanagerSnippet(): string {
  return `receivers:
  - name: reliability-studio
    webhook_configs:
      - url: ${outsideUrl('webhooks/alertmanager')}
        send_resolved: true
        http_config:
          authorization:
            credentials: <token of a Grafana service account with the role Editor>`;
}

export function WebhookAddresses() {
  return (
    <Stack direction="column" gap={3}>
      <Snippet
        title={t('webhooks.alertmanager', 'Prometheus Alertmanager')}
        hint={t('webhooks.alertmanager-hint', 'Add this receiver and route alerts to it.')}
        text={alertmanagerSnippet()}
      />
      <Snippet
        title={t('webhooks.grafana', 'Grafana Alerting')}
        hint={t(
          'webhooks.grafana-hint',
          'Add a contact point of type webhook with this address and the token of a service account as bearer credentials.'
        )}
        text={outsideUrl('webhooks/grafana')}
      />
    </Stack>
  );
}

function Snippet({ title, hint, text }: { title: string; hint: string; text: string }) {
  const styles = useStyles2(getStyles);
  return (
    <section aria-label={title}>
      <Stack direction="column" gap={1}>
        <Text element="h3" variant="h4">
          {title}
        </Text>
        <Text color="secondary">{hint}</Text>
        <div className={styles.box}>
          <pre className={styles.text}>{text}</pre>
          <ClipboardButton size="sm" variant="secondary" icon="copy" getText={() => text}>
            {t('webhooks.copy', 'Copy')}
          </ClipboardButton>
        </div>
      </Stack>
    </section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  box: css({ display: 'flex', alignItems: 'flex-start', gap: theme.spacing(1) }),
  text: css({ flex: 1, margin: 0, overflowX: 'auto' }),
});
