/** Choose messages by what became of them, by target and by incident. */
import { t } from '@grafana/i18n';
import { Combobox, Input, MultiCombobox, Stack } from '@grafana/ui';
import { useState } from 'react';
import { type DeliveryFilter, useTargets } from '../../../api/deliveries';
import { stateText } from './DeliveryState';
import { STATES } from './filterUrl';

interface DeliveryFiltersProps {
  filter: DeliveryFilter;
  onChange: (part: Partial<DeliveryFilter>) => void;
}

export function DeliveryFilters({ filter, onChange }: DeliveryFiltersProps) {
  const targets = useTargets();
  const [incident, setIncident] = useState(filter.incident);
  const names = new Set([...(targets.data ?? []).map(({ name }) => name), filter.target].filter(Boolean));
  return (
    <Stack gap={1} wrap="wrap" alignItems="center">
      <MultiCombobox
        aria-label={t('deliveries.by-state', 'Result')}
        placeholder={t('deliveries.any-state', 'Any result')}
        width="auto"
        minWidth={20}
        maxWidth={40}
        value={[...filter.states]}
        options={STATES.map((value) => ({ value, label: stateText(value) }))}
        onChange={(chosen) => onChange({ states: chosen.map(({ value }) => value) })}
      />
      <Combobox
        aria-label={t('deliveries.by-target', 'Target')}
        placeholder={t('deliveries.any-target', 'Any target')}
        width={30}
        isClearable
        createCustomValue
        value={filter.target || null}
        options={[...names].map((value) => ({ value, label: value }))}
        onChange={(option) => onChange({ target: option?.value ?? '' })}
      />
      <Input
        aria-label={t('deliveries.by-incident', 'Incident')}
        placeholder={t('deliveries.any-incident', 'Any incident, such as INC-7')}
        width={30}
        value={incident}
        onChange={(event) => setIncident(event.currentTarget.value)}
        onBlur={() => onChange({ incident: incident.trim() })}
        onKeyDown={(event) => event.key === 'Enter' && onChange({ incident: incident.trim() })}
      />
    </Stack>
  );
}
