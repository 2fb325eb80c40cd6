/** What a service calls: as people declared it, beside what telemetry showed. */
import { t } from '@grafana/i18n';
import { Badge, Text } from '@grafana/ui';
import { type ServiceShape } from '../../api/types.gen';
import { PlainTable } from '../../components/PlainTable';
import { ServiceLink } from '../../components/ServiceLink';
import { Section } from '../../components/Section';

export function ServiceDependencies({ service: { dependsOn, discovered } }: { service: ServiceShape }) {
  const title = t('dependencies.title', 'Calls, declared and seen');
  const names = [...new Set([...dependsOn, ...discovered])].sort();
  return (
    <Section title={title}>
      {names.length === 0 ? (
        <Text color="secondary">
          {t(
            'dependencies.none',
            'It calls nobody that is known. Declare what it calls, or let Tempo write its service graph.'
          )}
        </Text>
      ) : (
        <PlainTable
          label={title}
          head={[
            t('dependencies.service', 'Service'),
            t('dependencies.declared', 'Declared'),
            t('dependencies.seen', 'Seen in telemetry'),
            t('dependencies.says', 'What it means'),
          ]}
          rows={names.map((name) => {
            const [declared, seen] = [dependsOn.includes(name), discovered.includes(name)];
            return {
              key: name,
              cells: [
                <ServiceLink key="name" name={name} />,
                yesOrNo(declared),
                yesOrNo(seen),
                <Meaning key="says" declared={declared} seen={seen} />,
              ],
            };
          })}
        />
      )}
    </Section>
  );
}

function yesOrNo(is: boolean): string {
  return is ? t('dependencies.yes', 'yes') : t('dependencies.no', 'no');
}

function Meaning({ declared, seen }: { declared: boolean; seen: boolean }) {
  if (declared && seen) {
    return <Badge color="green" text={t('dependencies.agree', 'Agrees')} />;
  }
  return declared ? (
    <Badge color="darkgrey" text={t('dependencies.unseen', 'Declared, never seen')} />
  ) : (
    <Badge color="orange" text={t('dependencies.undeclared', 'Seen, not declared')} />
  );
}
