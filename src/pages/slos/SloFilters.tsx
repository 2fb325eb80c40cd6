/** What narrows the list down: standings with their numbers, text, services. */
import { t } from '@grafana/i18n';
import { FilterInput, FilterPill, MultiCombobox, Stack } from '@grafana/ui';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { serviceListQuery } from '../../api/services';
import { SLO_STATUSES, type SloFilter } from '../../api/slos';
import { sloStatusText } from '../../components/SloStatusBadge';

/** How long typing pauses before the list is asked for. */
const PAUSE = 250;

interface SloFiltersProps {
  filter: SloFilter;
  /** By status, before the status filter. */
  counts: Record<string, number> | undefined;
  onChange: (change: Partial<SloFilter>) => void;
}

export function SloFilters({ filter, counts, onChange }: SloFiltersProps) {
  const services = useQuery(serviceListQuery());
  const [text, setText] = useState(filter.q);
  useEffect(() => {
    if (text === filter.q) {
      return undefined;
    }
    const timer = setTimeout(() => onChange({ q: text }), PAUSE);
    return () => clearTimeout(timer);
  }, [text, filter.q, onChange]);
  const names = new Set([...(services.data?.items.map((each) => each.name) ?? []), ...filter.service]);
  return (
    <Stack gap={2} wrap="wrap" alignItems="center">
      <Stack gap={0.5} wrap="wrap" aria-label={t('slos.by-status', 'Status')}>
        {SLO_STATUSES.map((status) => {
          const selected = filter.status.includes(status);
          return (
            <FilterPill
              key={status}
              label={t('slos.pill', '{{- status}} {{- count}}', {
                status: sloStatusText(status),
                count: counts?.[status] ?? 0,
              })}
              selected={selected}
              onClick={() =>
                onChange({
                  status: selected ? filter.status.filter((each) => each !== status) : [...filter.status, status],
                })
              }
            />
          );
        })}
        <FilterPill
          label={t('slos.burning', 'Burning')}
          selected={filter.burning}
          onClick={() => onChange({ burning: !filter.burning })}
        />
      </Stack>
      <FilterInput
        value={text}
        onChange={setText}
        width={40}
        escapeRegex={false}
        placeholder={t('slos.search', 'Search name, service, owner, labels')}
        aria-label={t('slos.search', 'Search name, service, owner, labels')}
      />
      <MultiCombobox
        options={[...names].sort().map((value) => ({ value }))}
        value={[...filter.service]}
        onChange={(chosen) => onChange({ service: chosen.map((each) => each.value) })}
        createCustomValue
        width={32}
        placeholder={t('slos.services', 'All services')}
        aria-label={t('slos.service', 'Services')}
      />
    </Stack>
  );
}
