/** All that is known of one alert: why it is where it is, what was asked about it, the alerts that a rule took for it. */
import { t } from '@grafana/i18n';
import { Drawer, Stack, Text } from '@grafana/ui';
import { type ReactNode } from 'react';
import { type AlertShape } from '../../api/types.gen';
import { LabelBadge } from '../../components/LabelBadge';
import { AlertMembers } from './AlertMembers';
import { AlertQuestions } from './AlertQuestions';

interface AlertDrawerProps {
  alert: AlertShape;
  onClose: () => void;
}

export function AlertDrawer({ alert, onClose }: AlertDrawerProps) {
  const { name, annotations, integration, reason, reasonText, labels, identity } = alert;
  const told = Object.entries(annotations).filter(([key]) => key !== 'summary');
  return (
    <Drawer title={name} subtitle={annotations.summary} onClose={onClose} size="md">
      <Stack direction="column" gap={3}>
        <Part title={t('alert.why', 'Why it is where it is')}>
          <Text>{reasonText || reason}</Text>
        </Part>
        {integration !== '' && (
          <Part title={t('alert.from', 'Where it came from')}>
            <Text>{t('alert.integration', 'The integration {{- name}}', { name: integration })}</Text>
          </Part>
        )}
        <Part title={t('alert.labels', 'Labels')}>
          <Stack gap={0.5} wrap="wrap">
            {Object.entries(labels).map(([key, value]) => (
              <LabelBadge key={key} name={key} value={value} />
            ))}
          </Stack>
        </Part>
        {told.length > 0 && (
          <Part title={t('alert.annotations', 'Annotations')}>
            {told.map(([key, value]) => (
              <Text key={key} element="p">
                <Text color="secondary">{key}</Text> {value}
              </Text>
            ))}
          </Part>
        )}
        <Part title={t('alert.questions', 'Asked when it came in')}>
          <AlertQuestions alert={alert.id} />
        </Part>
        {identity && (
          <Part title={t('alert.members', 'Alerts that are this one')}>
            <AlertMembers alert={alert.id} why={identity.text} />
          </Part>
        )}
      </Stack>
    </Drawer>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title}>
      <Text element="h3" variant="h5">
        {title}
      </Text>
      {children}
    </section>
  );
}
