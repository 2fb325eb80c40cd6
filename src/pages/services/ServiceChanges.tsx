/** What pipelines, flag services and people told of a service: deployments, flags, migrations. */
import { t } from '@grafana/i18n';
import { Badge, Text, TextLink } from '@grafana/ui';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { changesQuery } from '../../api/changes';
import { type ChangeKind, type ReportedChangeShape } from '../../api/types.gen';
import { Moment } from '../../components/Moment';
import { PlainTable } from '../../components/PlainTable';
import { LoadingState, StateView } from '../../components/StateView';
import { webUrl } from '../../lib/links';
import { Section } from '../../components/Section';

const LATELY = 30 * 86_400_000;
const MOST = 20;

export function ServiceChanges({ name }: { name: string }) {
  const title = t('changes.title', 'Reported changes of the last 30 days');
  const [from] = useState(() => new Date(Date.now() - LATELY).toISOString());
  const changes = useQuery(changesQuery(name, from, MOST));
  return (
    <Section title={title}>
      <StateView
        query={changes}
        isEmpty={({ items }) => items.length === 0}
        empty={
          <Text color="secondary">
            {t(
              'changes.none',
              'None. Let pipelines and flag services send each change to "POST changes": investigations weigh it as a cause.'
            )}
          </Text>
        }
        loading={<LoadingState lines={3} />}
      >
        {({ items }) => (
          <PlainTable
            label={title}
            head={[
              t('changes.what', 'Change'),
              t('changes.kind', 'Kind'),
              t('changes.version', 'Version'),
              t('changes.at', 'Took effect'),
              t('changes.author', 'Author'),
              t('changes.by', 'Told by'),
            ]}
            rows={items.map((each) => ({
              key: String(each.id),
              cells: [
                <Title key="title" change={each} />,
                <Badge key="kind" color="blue" text={kindText(each.kind)} />,
                each.version || '–',
                <Moment key="at" at={each.at} />,
                each.author || '–',
                each.reportedBy,
              ],
            }))}
          />
        )}
      </StateView>
    </Section>
  );
}

function Title({ change: { title, url } }: { change: ReportedChangeShape }) {
  const href = webUrl(url);
  return href ? (
    <TextLink href={href} external inline>
      {title}
    </TextLink>
  ) : (
    <Text>{title}</Text>
  );
}

function kindText(kind: ChangeKind): string {
  const texts: Record<ChangeKind, string> = {
    deploy: t('changes.deploy', 'Deployment'),
    config: t('changes.config', 'Configuration'),
    flag: t('changes.flag', 'Feature flag'),
    scale: t('changes.scale', 'Scaling'),
    restart: t('changes.restart', 'Restart'),
    migration: t('changes.migration', 'Migration'),
    other: t('changes.other', 'Other'),
  };
  return texts[kind];
}
