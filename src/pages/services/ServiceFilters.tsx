/** What narrows the catalogue down: health with its numbers, text, owners and tiers. */
import { t } from '@grafana/i18n';
import { FilterInput, FilterPill, MultiCombobox, Stack } from '@grafana/ui';
import { type ServiceShape } from '../../api/types.gen';
import { HEALTHS, healthText } from '../../components/HealthBadge';
import { choices, type ServiceFilter, shows } from './filter';
import { healthOf } from './health';

interface ServiceFiltersProps {
  services: readonly ServiceShape[];
  filter: ServiceFilter;
  onChange: (change: Partial<ServiceFilter>) => void;
}

export function ServiceFilters({ services, filter, onChange }: ServiceFiltersProps) {
  const others = services.filter((each) => shows({ ...filter, health: [] }, each));
  return (
    <Stack gap={2} wrap="wrap" alignItems="center">
      <Stack gap={0.5} wrap="wrap">
        {HEALTHS.map((health) => {
          const selected = filter.health.includes(health);
          return (
            <FilterPill
              key={health}
              label={t('services.pill', '{{- health}} {{- count}}', {
                health: healthText(health),
                count: others.filter((each) => healthOf(each) === health).length,
              })}
              selected={selected}
              onClick={() =>
                onChange({
                  health: selected ? filter.health.filter((each) => each !== health) : [...filter.health, health],
                })
              }
            />
          );
        })}
      </Stack>
      <FilterInput
        value={filter.q}
        onChange={(q) => onChange({ q })}
        width={32}
        escapeRegex={false}
        placeholder={t('services.search', 'Search name, owner, labels')}
        aria-label={t('services.search', 'Search name, owner, labels')}
      />
      <MultiCombobox
        options={choices(services, (each) => each.ownerTeam).map((value) => ({ value }))}
        value={[...filter.owner]}
        onChange={(chosen) => onChange({ owner: chosen.map((each) => each.value) })}
        width={24}
        placeholder={t('services.owners', 'All owners')}
        aria-label={t('services.owner', 'Owner')}
      />
      <MultiCombobox
        options={choices(services, (each) => each.tier).map((value) => ({ value }))}
        value={[...filter.tier]}
        onChange={(chosen) => onChange({ tier: chosen.map((each) => each.value) })}
        width={20}
        placeholder={t('services.tiers', 'All tiers')}
        aria-label={t('services.tier', 'Tier')}
      />
    </Stack>
  );
}
