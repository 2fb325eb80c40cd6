/** Labels of an incident and links out of it, shown as such and edited as lines. */
import { t } from '@grafana/i18n';
import { Stack, Text, TextLink } from '@grafana/ui';
import { useState } from 'react';
import { type IncidentDetailShape } from '../../../api/types.gen';
import { LabelBadge } from '../../../components/LabelBadge';
import { webUrl } from '../../../lib/links';
import { EditableText } from '../workspace/EditableText';
import { type Editor } from '../workspace/useEditor';
import { DetailItem } from './DetailItem';
import { labelLines, labelsOf, linkLines, linksOf } from './pairs';

interface LabelsAndLinksProps {
  incident: IncidentDetailShape;
  editor: Editor;
  readOnly: boolean;
}

export function LabelsAndLinks({ incident, editor, readOnly }: LabelsAndLinksProps) {
  const [seen, setSeen] = useState(incident);
  const begin = () => setSeen(incident);
  const labels = Object.entries(incident.labels);
  return (
    <>
      {(labels.length > 0 || !readOnly) && (
        <DetailItem name={t('details.labels', 'Labels')}>
          <EditableText
            value={labelLines(incident.labels)}
            label={t('details.labels', 'Labels')}
            multiline
            readOnly={readOnly}
            onBegin={begin}
            check={(text) => {
              const { wrong: line } = labelsOf(text);
              return (
                line && t('details.label-wrong', 'Write name=value on each line; this is none: {{- line}}', { line })
              );
            }}
            onSave={(text) => {
              const { value } = labelsOf(text);
              if (value) {
                void editor.edit({ labels: value }, seen);
              }
            }}
          >
            {labels.length > 0 ? (
              <Stack gap={0.5} wrap="wrap">
                {labels.map(([name, value]) => (
                  <LabelBadge key={name} name={name} value={value} />
                ))}
              </Stack>
            ) : (
              <Text color="secondary">{t('details.no-labels', 'none')}</Text>
            )}
          </EditableText>
        </DetailItem>
      )}
      {(incident.links.length > 0 || !readOnly) && (
        <DetailItem name={t('details.links', 'Links')}>
          <EditableText
            value={linkLines(incident.links)}
            label={t('details.links', 'Links')}
            multiline
            readOnly={readOnly}
            onBegin={begin}
            check={(text) => {
              const { wrong: line } = linksOf(text);
              return (
                line &&
                t('details.link-wrong', 'Write Title https://… on each line; this has no such address: {{- line}}', {
                  line,
                })
              );
            }}
            onSave={(text) => {
              const { value } = linksOf(text);
              if (value) {
                void editor.edit({ links: value }, seen);
              }
            }}
          >
            {incident.links.map(({ title, url }) => {
              const address = webUrl(url);
              return address ? (
                <TextLink key={url} href={address} external inline={false}>
                  {title || url}
                </TextLink>
              ) : (
                <Text key={url}>{title || url}</Text>
              );
            })}
            {incident.links.length === 0 && <Text color="secondary">{t('details.no-links', 'none')}</Text>}
          </EditableText>
        </DetailItem>
      )}
    </>
  );
}
