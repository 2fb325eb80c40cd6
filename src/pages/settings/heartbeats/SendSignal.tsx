/** How the signal is sent: a command for the end of a job, to copy. */
import { t } from '@grafana/i18n';
import { CommandLine } from '../../../components/CommandLine';
import { Disclosure } from '../../../components/Disclosure';
import { outsideUrl } from '../../../lib/outside';

export function SendSignal({ address, title }: { address: string; title: string }) {
  const command = `curl -fsS -X POST -H "Authorization: Bearer $GRAFANA_TOKEN" '${outsideUrl(address)}'`;
  return (
    <Disclosure label={t('heartbeats.how', 'How {{- title}} is sent', { title })}>
      <CommandLine command={command} />
      {t('heartbeats.token', 'The token is that of a Grafana service account with the role Editor.')}
    </Disclosure>
  );
}
