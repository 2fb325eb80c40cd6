/** Narrow the list by labels; how many have each is asked for when the menu opens. */
import { t } from '@grafana/i18n';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type IncidentFilter, incidentLabelsQuery } from '../../../api/incidents';
import { type Choice, FacetMenu } from './FacetMenu';

interface LabelFacetProps {
  filter: IncidentFilter;
  onChange: (label: string[]) => void;
}

export function LabelFacet({ filter, onChange }: LabelFacetProps) {
  const [opened, setOpened] = useState(false);
  const counted = useQuery({ ...incidentLabelsQuery(filter), enabled: opened });
  return (
    <FacetMenu
      label={t('incidents.facet.label', 'Label')}
      choices={choicesOf(counted.data, filter.label)}
      chosen={filter.label}
      onChange={onChange}
      onOpen={() => setOpened(true)}
      loading={counted.isLoading}
      error={counted.error}
    />
  );
}

/** By name and value; what is chosen although nothing has it comes first. */
function choicesOf(labels: Record<string, Record<string, number>> | undefined, chosen: readonly string[]): Choice[] {
  const found = Object.entries(labels ?? {}).flatMap(([name, values]) =>
    Object.entries(values).map(([value, count]) => ({ value: `${name}=${value}`, label: `${name}=${value}`, count }))
  );
  const absent = chosen.filter((value) => found.every((each) => each.value !== value));
  return [...absent.map((value) => ({ value, label: value, count: labels && 0 })), ...found];
}
