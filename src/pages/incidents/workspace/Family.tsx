/** What an incident is part of, and what is part of it (row 33). */
import { t } from '@grafana/i18n';
import { Alert, Button, Stack, Text, TextLink } from '@grafana/ui';
import { useQuery } from '@tanstack/react-query';
import { partsQuery, useLetGo, useTakeIn } from '../../../api/families';
import { useBulkChange } from '../../../api/incidents';
import { type IncidentDetailShape, type PartShape } from '../../../api/types.gen';
import { PlainTable } from '../../../components/PlainTable';
import { ServiceLink } from '../../../components/ServiceLink';
import { SeverityBadge } from '../../../components/SeverityBadge';
import { StateView } from '../../../components/StateView';
import { isActive, StatusBadge } from '../../../components/StatusBadge';
import { pageUrl, ROUTES } from '../../../constants';
import { ChooseIncidents } from './ChooseIncidents';

export function PartsDialog({ number, onClose }: { number: string; onClose: () => void }) {
  const takeIn = useTakeIn(number);
  return (
    <ChooseIncidents
      number={number}
      title={t('parts.title', 'Parts of {{- number}}', { number })}
      hint={t(
        'parts.what',
        'The chosen incidents become part of this one. They keep their alerts, their people and their clocks.'
      )}
      doIt={(count) => t('parts.do', 'Add ({{- count}})', { count })}
      refused={t('parts.refused', 'Not all of them were added')}
      action={takeIn}
      onClose={onClose}
    />
  );
}

/** Where the work is led, for a part of another incident. */
export function ParentNote({ incident, readOnly }: { incident: IncidentDetailShape; readOnly: boolean }) {
  const parent = incident.parent ?? '';
  const letGo = useLetGo(parent);
  return (
    <Stack gap={1} alignItems="center">
      <Text color="secondary">{t('parts.of', 'Part of')}</Text>
      <TextLink href={pageUrl(ROUTES.incidents, parent)} inline={false}>
        {parent}
      </TextLink>
      {!readOnly && (
        <Button
          size="sm"
          variant="secondary"
          fill="text"
          disabled={letGo.isPending}
          onClick={() => letGo.mutate(incident.number)}
        >
          {t('parts.stand-alone', 'Let it stand alone')}
        </Button>
      )}
    </Stack>
  );
}

/** The parts of an incident; nothing where there is none. */
export function Parts({ incident, readOnly }: { incident: IncidentDetailShape; readOnly: boolean }) {
  const parts = useQuery(partsQuery(incident.number));
  const title = t('parts.list', 'Parts of this incident');
  if (parts.data?.length === 0) {
    return null;
  }
  return (
    <section aria-label={title}>
      <Stack direction="column" gap={1}>
        <Text element="h3" variant="h5">
          {title}
        </Text>
        <StateView query={parts}>
          {(items) => (
            <>
              {!readOnly && !isActive(incident.status) && <Rest items={items} />}
              <Table label={title} parent={incident.number} items={items} readOnly={readOnly} />
            </>
          )}
        </StateView>
      </Stack>
    </section>
  );
}

/** The parent is over: an offer to end what is still open of its parts. */
function Rest({ items }: { items: readonly PartShape[] }) {
  const change = useBulkChange();
  const numbers = items.flatMap(({ incident }) => (isActive(incident.status) ? [incident.number] : []));
  const left = change.data?.outcomes.filter((each) => !each.ok) ?? [];
  return (
    numbers.length > 0 && (
      <Alert
        severity="info"
        title={t('parts.open', 'This incident is over, some of its parts are not')}
        action={
          <Button
            size="sm"
            variant="secondary"
            disabled={change.isPending}
            onClick={() => change.mutate({ numbers, status: 'resolved' })}
          >
            {t('parts.resolve', 'Resolve them too ({{- count}})', { count: numbers.length })}
          </Button>
        }
      >
        {left.map((each) => `${each.number}: ${each.message}`).join(' · ')}
      </Alert>
    )
  );
}

interface TableProps {
  label: string;
  parent: string;
  items: readonly PartShape[];
  readOnly: boolean;
}

function Table({ label, parent, items, readOnly }: TableProps) {
  const letGo = useLetGo(parent);
  return (
    <PlainTable
      label={label}
      head={[
        t('parts.incident', 'Incident'),
        t('parts.severity', 'Severity'),
        t('parts.status', 'Status'),
        t('parts.service', 'Service'),
        t('parts.alerts', 'Alerts'),
        ...(readOnly ? [] : ['']),
      ]}
      rows={items.map(({ incident, alerts, firing }) => ({
        key: incident.number,
        cells: [
          <TextLink key="incident" href={pageUrl(ROUTES.incidents, incident.number)}>
            {`${incident.number} ${incident.title}`}
          </TextLink>,
          <SeverityBadge key="severity" severity={incident.severity} />,
          <StatusBadge key="status" status={incident.status} stage={incident.stage} />,
          <ServiceLink key="service" name={incident.service} />,
          alerts === 0
            ? t('parts.no-alerts', 'none')
            : t('parts.firing', '{{- firing}} of {{- alerts}} fire', { firing, alerts }),
          ...(readOnly
            ? []
            : [
                <Button
                  key="go"
                  size="sm"
                  variant="secondary"
                  fill="text"
                  disabled={letGo.isPending}
                  aria-label={t('parts.let-go-of', 'Let go of {{- number}}', { number: incident.number })}
                  onClick={() => letGo.mutate(incident.number)}
                >
                  {t('parts.let-go', 'Let go')}
                </Button>,
              ]),
        ],
      }))}
    />
  );
}
