/** SLOs as code, to copy or to download: OpenSLO documents, or rules for a Prometheus or Mimir ruler. */
import { t } from '@grafana/i18n';
import { Modal, RadioButtonGroup, Stack, Text } from '@grafana/ui';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type ExportFormat, sloExportQuery } from '../../api/slos';
import { StateView } from '../../components/StateView';
import { TextToTake } from '../../components/TextToTake';

interface ExportDialogProps {
  /** Only the SLOs of this service. */
  service?: string;
  onClose: () => void;
}

export function ExportDialog({ service, onClose }: ExportDialogProps) {
  const [format, setFormat] = useState<ExportFormat>('openslo');
  const text = useQuery(sloExportQuery(format, service));
  const title = service
    ? t('slo-export.of', 'Export the SLOs of {{- service}}', { service })
    : t('slo-export.all', 'Export all SLOs');
  return (
    <Modal isOpen title={title} onDismiss={onClose}>
      <Stack direction="column" gap={2}>
        <RadioButtonGroup
          aria-label={t('slo-export.format', 'Format')}
          value={format}
          onChange={setFormat}
          options={[
            { value: 'openslo', label: t('slo-export.openslo', 'OpenSLO v1') },
            { value: 'prometheus', label: t('slo-export.prometheus', 'Prometheus rules') },
          ]}
        />
        <Text color="secondary">
          {format === 'openslo'
            ? t('slo-export.openslo-what', 'Documents that an import takes back as they are.')
            : t(
                'slo-export.prometheus-what',
                'A rule file with recording rules and burn-rate alerts of the same tiers.'
              )}
        </Text>
        <StateView query={text}>
          {(yaml) => <TextToTake text={yaml} label={title} file={`slos-${format}.yaml`} />}
        </StateView>
      </Stack>
    </Modal>
  );
}
