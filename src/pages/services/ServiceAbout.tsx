/** What people wrote of a service: whose it is, how to reach them, where to look, who depends on it. */
import { t } from '@grafana/i18n';
import { Badge, Stack, Text, TextLink } from '@grafana/ui';
import { type ReactNode } from 'react';
import { type ServiceShape } from '../../api/types.gen';
import { Markdown } from '../../components/Markdown';
import { ServiceLink } from '../../components/ServiceLink';
import { webUrl } from '../../lib/links';

export function ServiceAbout({ service }: { service: ServiceShape }) {
  const title = t('service.about', 'About');
  const labels = Object.entries(service.labels).map(([name, value]) => `${name}=${value}`);
  const links = [
    ...(service.runbookUrl ? [{ title: t('service.runbook', 'Runbook'), url: service.runbookUrl }] : []),
    ...service.links,
  ].flatMap((each) => {
    const url = webUrl(each.url);
    return url ? [{ title: each.title, url }] : [];
  });
  return (
    <section aria-label={title}>
      <Stack direction="column" gap={1}>
        <Stack gap={1} alignItems="center">
          <Text element="h3" variant="h5">
            {title}
          </Text>
          {service.provisioned && <Badge color="blue" text={t('service.from-file', 'declared by a file')} />}
          {!service.declared && <Badge color="darkgrey" text={t('service.discovered', 'discovered')} />}
        </Stack>
        {service.description && <Markdown text={service.description} />}
        <Fact name={t('service.owner', 'Owner')}>{service.ownerTeam || t('service.unknown', 'nobody is named')}</Fact>
        {service.tier && <Fact name={t('service.tier', 'Tier')}>{service.tier}</Fact>}
        {service.contacts.map((each) => (
          <Fact key={each.kind + each.value} name={each.kind}>
            {each.value}
          </Fact>
        ))}
        {links.length > 0 && (
          <Fact name={t('service.links', 'Links')}>
            <Stack gap={2} wrap="wrap">
              {links.map((each) => (
                <TextLink key={each.url} href={each.url} external inline>
                  {each.title}
                </TextLink>
              ))}
            </Stack>
          </Fact>
        )}
        <Fact name={t('service.called-by', 'Is called by')}>
          <Services names={service.dependents} />
        </Fact>
        {labels.length > 0 && (
          <Stack gap={1} wrap="wrap">
            {labels.map((label) => (
              <Badge key={label} color="darkgrey" text={label} />
            ))}
          </Stack>
        )}
      </Stack>
    </section>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <Stack gap={1} alignItems="baseline">
      <Text color="secondary">{name}</Text>
      <div>{children}</div>
    </Stack>
  );
}

function Services({ names }: { names: readonly string[] }) {
  if (names.length === 0) {
    return <Text color="secondary">{t('service.nobody', 'nobody that is known')}</Text>;
  }
  return (
    <Stack gap={1} wrap="wrap">
      {names.map((name) => (
        <ServiceLink key={name} name={name} />
      ))}
    </Stack>
  );
}
