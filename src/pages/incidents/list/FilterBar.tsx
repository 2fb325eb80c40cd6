/** Everything that narrows and orders the list; what it says is in the address. */
import { t } from '@grafana/i18n';
import { Button, Combobox, Input, RadioButtonGroup, Stack } from '@grafana/ui';
import { type RefObject, useEffect, useEffectEvent, useState } from 'react';
import { type IncidentFilter, type IncidentSort } from '../../../api/incidents';
import { useLevels } from '../../../components/levels';
import { UNASSIGNED } from '../../../components/ServiceLink';
import { STATUSES, useStatusWords } from '../../../components/StatusBadge';
import { type Choice, FacetMenu } from './FacetMenu';
import { ACTIVE, isNarrowed, sameSet } from './filterUrl';
import { LabelFacet } from './LabelFacet';

/** How long typing must pause before the list is asked. */
const PAUSE = 250;

const ENDED = STATUSES.filter((each) => !ACTIVE.includes(each));

interface FilterBarProps {
  filter: IncidentFilter;
  facets: Record<string, Record<string, number>> | undefined;
  onChange: (change: Partial<IncidentFilter>) => void;
  onClear: () => void;
  searchRef: RefObject<HTMLInputElement | null>;
}

export function FilterBar({ filter, facets, onChange, onClear, searchRef }: FilterBarProps) {
  const { nameOf, stages } = useStatusWords();
  const levels = useLevels();
  const count = (facet: string, value: string) => facets && (facets[facet]?.[value] ?? 0);
  return (
    <Stack direction="column" gap={1}>
      <Stack gap={1} alignItems="center" wrap="wrap">
        <SearchField text={filter.q} onChange={(q) => onChange({ q })} searchRef={searchRef} />
        <Presets filter={filter} onChange={onChange} />
        <div style={{ marginLeft: 'auto' }}>
          <SortField sort={filter.sort} onChange={(sort) => onChange({ sort })} />
        </div>
      </Stack>
      <Stack gap={1} alignItems="center" wrap="wrap">
        <FacetMenu
          label={t('incidents.facet.status', 'Status')}
          choices={STATUSES.map((value) => ({ value, label: nameOf(value), count: count('status', value) }))}
          chosen={filter.status}
          usual={sameSet(filter.status, ACTIVE) || sameSet(filter.status, ENDED)}
          onChange={(chosen) => onChange({ status: STATUSES.filter((each) => chosen.includes(each)) })}
        />
        {(stages.length > 0 || filter.stage.length > 0) && (
          <FacetMenu
            label={t('incidents.facet.stage', 'Own state')}
            choices={defined(
              stages.map(({ id, label }) => ({ id, title: label })),
              filter.stage,
              facets?.stage
            )}
            chosen={filter.stage}
            onChange={(stage) => onChange({ stage })}
          />
        )}
        <FacetMenu
          label={t('incidents.facet.severity', 'Severity')}
          choices={defined(levels, filter.level, facets?.level)}
          chosen={filter.level}
          onChange={(level) => onChange({ level })}
        />
        <FacetMenu
          label={t('incidents.facet.service', 'Service')}
          choices={named(facets?.service, filter.service, (value) =>
            value === UNASSIGNED ? t('incidents.facet.no-service', 'No service') : value
          )}
          chosen={filter.service}
          onChange={(service) => onChange({ service })}
        />
        <FacetMenu
          label={t('incidents.facet.assignee', 'Assignee')}
          choices={named(facets?.assignee, filter.assignee, (value) =>
            value === '' ? t('incidents.facet.nobody', 'Nobody') : value
          )}
          chosen={filter.assignee}
          onChange={(assignee) => onChange({ assignee })}
        />
        <LabelFacet filter={filter} onChange={(label) => onChange({ label })} />
        <FacetMenu
          label={t('incidents.facet.kind', 'Kind')}
          choices={[
            { value: 'false', label: t('incidents.facet.real', 'Real'), count: undefined },
            { value: 'true', label: t('incidents.facet.drill', 'Drill'), count: undefined },
          ]}
          chosen={filter.drill === null ? [] : [String(filter.drill)]}
          onChange={(chosen) => onChange({ drill: chosen.length === 0 ? null : chosen.at(-1) === 'true' })}
        />
        <FacetMenu
          label={t('incidents.facet.part', 'Parts')}
          choices={[
            { value: 'false', label: t('incidents.facet.whole', 'No part of another'), count: undefined },
            { value: 'true', label: t('incidents.facet.is-part', 'Part of another'), count: undefined },
          ]}
          chosen={filter.part === null ? [] : [String(filter.part)]}
          onChange={(chosen) => onChange({ part: chosen.length === 0 ? null : chosen.at(-1) === 'true' })}
        />
        {isNarrowed(filter) && (
          <Button variant="secondary" fill="text" icon="times" onClick={onClear}>
            {t('incidents.clear', 'Clear filters')}
          </Button>
        )}
      </Stack>
    </Stack>
  );
}

/** What the organisation defined, in its order; what the address names and is there no more can be taken away. */
function defined(
  those: ReadonlyArray<{ id: string; title: string }>,
  chosen: readonly string[],
  counts: Record<string, number> | undefined
): Choice[] {
  const gone = chosen.filter((id) => !those.some((each) => each.id === id)).map((id) => ({ id, title: id }));
  return [...those, ...gone].map(({ id, title }) => ({ value: id, label: title, count: counts && (counts[id] ?? 0) }));
}

/** The choices that there are, the most frequent first, with what is chosen although nothing has it. */
function named(
  counts: Record<string, number> | undefined,
  chosen: readonly string[],
  label: (value: string) => string
): Choice[] {
  const found = Object.entries(counts ?? {});
  const absent = chosen.filter((value) => !(value in (counts ?? {})));
  return [
    ...absent.map((value) => ({ value, label: label(value), count: counts && 0 })),
    ...found.map(([value, count]) => ({ value, label: label(value), count })),
  ];
}

interface SearchFieldProps {
  text: string;
  onChange: (text: string) => void;
  searchRef: RefObject<HTMLInputElement | null>;
}

/** What is typed stays in the field at once; the list follows when typing pauses. */
function SearchField({ text, onChange, searchRef }: SearchFieldProps) {
  const [typed, setTyped] = useState(text);
  const [told, setTold] = useState(text);
  if (text !== told) {
    // The address changed from elsewhere: back, forward, a cleared filter.
    setTold(text);
    setTyped(text);
  }
  const tell = useEffectEvent((value: string) => {
    if (value !== told) {
      setTold(value);
      onChange(value);
    }
  });
  useEffect(() => {
    const timer = setTimeout(() => tell(typed), PAUSE);
    return () => clearTimeout(timer);
  }, [typed]);
  const label = t('incidents.search', 'Search incidents');
  return (
    <Input
      ref={searchRef}
      type="search"
      width={40}
      value={typed}
      placeholder={label}
      aria-label={label}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
    />
  );
}

function Presets({ filter, onChange }: Pick<FilterBarProps, 'filter' | 'onChange'>) {
  const options = [
    { value: 'active', label: t('incidents.preset.active', 'Active'), status: ACTIVE },
    { value: 'ended', label: t('incidents.preset.ended', 'Ended'), status: ENDED },
    { value: 'any', label: t('incidents.preset.any', 'All'), status: [] },
  ];
  return (
    <RadioButtonGroup
      aria-label={t('incidents.preset', 'Which incidents')}
      options={options.map(({ value, label }) => ({ value, label }))}
      value={options.find((each) => sameSet(each.status, filter.status))?.value}
      onChange={(value) => onChange({ status: options.find((each) => each.value === value)?.status ?? [] })}
    />
  );
}

function SortField({ sort, onChange }: { sort: IncidentSort; onChange: (sort: IncidentSort) => void }) {
  return (
    <Combobox<IncidentSort>
      aria-label={t('incidents.sort', 'Order')}
      width={24}
      prefixIcon="sort-amount-down"
      value={sort}
      options={[
        { value: '-started', label: t('incidents.sort.newest', 'Newest first') },
        { value: 'started', label: t('incidents.sort.oldest', 'Oldest first') },
        { value: '-updated', label: t('incidents.sort.updated', 'Last changed') },
        { value: 'severity', label: t('incidents.sort.severity', 'Most severe') },
        { value: 'status', label: t('incidents.sort.status', 'By status') },
        { value: '-number', label: t('incidents.sort.number', 'By number') },
      ]}
      onChange={({ value }) => onChange(value)}
    />
  );
}
