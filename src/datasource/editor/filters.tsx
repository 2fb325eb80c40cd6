/** The filters that several query types share. */
import { t } from '@grafana/i18n';
import { type ComboboxOption } from '@grafana/ui';
import { type LevelShape } from '../../api/types.gen';
import { type Stored } from '../choices';
import {
  type IncidentFilter,
  type SloAlertsQuery,
  type SloFilter,
  type SloObjectives,
  type SloStatusQuery,
} from '../query';
import { useVocabulary, type Vocabulary } from '../vocabulary';
import { INCIDENT_SEVERITIES, INCIDENT_STATUSES, SLO_STATUSES } from '../words';
import { ListField, SearchField, SwitchField, TextField } from './fields';
import { labelsFrom, textOf } from './labelText';
import { chosenOf, shownOf } from './severities';

/** Where the lists of services, SLOs and so on come from. */
export type Lists = (list: Stored) => (typed: string) => Promise<Array<ComboboxOption<string>>>;

export const plain = (words: readonly string[]): Array<ComboboxOption<string>> =>
  words.map((value) => ({ value, label: value }));

interface FilterProps<F> {
  filter: F;
  lists: Lists;
  onChange: (change: Partial<F>) => void;
}

/** Any, in the place of a choice. */
export const any = () => t('query.any', 'Any');

export function ServicesField({
  services,
  lists,
  onChange,
}: {
  services: string[];
  lists: Lists;
  onChange: (services: string[]) => void;
}) {
  return (
    <ListField
      label={t('query.services', 'Services')}
      help={t('query.services-help', 'Own or affected services. Type $variable for a dashboard variable.')}
      values={services}
      options={lists('services')}
      placeholder={any()}
      onChange={onChange}
    />
  );
}

export function IncidentFilters({ filter, lists, onChange }: FilterProps<IncidentFilter>) {
  const words = useVocabulary();
  const ladder = words?.levels ?? [];
  return (
    <>
      <ServicesField services={filter.services} lists={lists} onChange={(services) => onChange({ services })} />
      <ListField
        label={t('query.severities', 'Severities')}
        values={words ? shownOf(filter, ladder) : filter.severities}
        options={ladder.length > 0 ? levelOptions(ladder) : plain(INCIDENT_SEVERITIES)}
        placeholder={any()}
        // Until the ladder is known, nobody can say which of them are levels.
        onChange={(shown) => words && onChange(chosenOf(shown, ladder))}
      />
      <ListField
        label={t('query.statuses', 'Statuses')}
        values={filter.statuses}
        options={statusOptions(words)}
        placeholder={any()}
        onChange={(statuses) => onChange({ statuses })}
      />
      {((words?.stages.length ?? 0) > 0 || filter.stages.length > 0) && (
        <ListField
          label={t('query.stages', 'Own states')}
          values={filter.stages}
          options={(words?.stages ?? []).map(({ id, label }) => ({ value: id, label }))}
          placeholder={any()}
          onChange={(stages) => onChange({ stages })}
        />
      )}
      <ListField
        label={t('query.assignees', 'Assignees')}
        help={t('query.assignees-help', 'Logins of people')}
        values={filter.assignees}
        options={[]}
        placeholder={any()}
        onChange={(assignees) => onChange({ assignees })}
      />
      <TextField
        label={t('query.text', 'Text')}
        help={t('query.text-help', 'Words of the title, the summary and the comments')}
        value={filter.text}
        onChange={(text) => onChange({ text })}
      />
      <SwitchField
        label={t('query.drills', 'Drills')}
        help={t('query.drills-help', 'Also show exercises')}
        value={filter.drills}
        onChange={(drills) => onChange({ drills })}
      />
    </>
  );
}

function levelOptions(ladder: readonly LevelShape[]): Array<ComboboxOption<string>> {
  return ladder.map(({ id, title, description }) => ({ value: id, label: title, description }));
}

/** Built-in states, by the names that the organisation has for them. */
function statusOptions(words: Vocabulary | null): Array<ComboboxOption<string>> {
  return INCIDENT_STATUSES.map((value) => ({
    value,
    label: words?.statuses.find(({ status }) => status === value)?.label || value,
  }));
}

export function SloFilters({ filter, lists, onChange }: FilterProps<SloFilter>) {
  return (
    <>
      <ListField
        label={t('query.slos', 'SLOs')}
        values={filter.sloIds}
        options={lists('slos')}
        placeholder={any()}
        onChange={(sloIds) => onChange({ sloIds })}
      />
      <ServicesField services={filter.services} lists={lists} onChange={(services) => onChange({ services })} />
      <ListField
        label={t('query.statuses', 'Statuses')}
        values={filter.statuses}
        options={plain(SLO_STATUSES)}
        placeholder={any()}
        onChange={(statuses) => onChange({ statuses })}
      />
      <TextField
        label={t('query.labels', 'Labels')}
        help={t('query.labels-help', 'Labels of the SLO that must be equal, separated by commas')}
        // eslint-disable-next-line @grafana/i18n/no-untranslated-strings -- a sample of the syntax
        placeholder="team=shop, tier=1"
        value={textOf(filter.labels)}
        onChange={(text) => onChange({ labels: labelsFrom(text) })}
      />
    </>
  );
}

export function mainObjective(): string {
  return t('query.objective-main', 'The main one');
}

/** Which of their objectives, by number; a dashboard variable can be typed in. */
export function ObjectiveField(props: { value: string; empty: string; onChange: (objective: string) => void }) {
  const further = (number: number) => t('query.objective-further', 'Further objective {{- number}}', { number });
  const options = [
    { value: '0', label: mainObjective() },
    ...[1, 2, 3, 4].map((number) => ({ value: String(number), label: further(number) })),
  ];
  return (
    <SearchField
      label={t('query.objective', 'Objective')}
      help={t('query.objective-help', 'SLOs that promise less are left out')}
      value={props.value}
      placeholder={props.empty}
      options={() => Promise.resolve(options)}
      onChange={props.onChange}
    />
  );
}

interface ObjectivesProps {
  of: SloStatusQuery | SloAlertsQuery;
  onChange: (change: Partial<SloObjectives>) => void;
}

/** Rows are of all objectives or of one; numbers of the main one, of all, or of one. */
export function Objectives({ of: { format, objective, objectives }, onChange }: ObjectivesProps) {
  const isNumber = format === 'numeric';
  return (
    <>
      {isNumber && (
        <SwitchField
          label={t('query.objectives', 'Further objectives')}
          value={objectives}
          onChange={(chosen) => onChange({ objectives: chosen })}
        />
      )}
      {!(isNumber && objectives) && (
        <ObjectiveField
          value={objective}
          empty={isNumber ? mainObjective() : t('query.objective-all', 'All of them')}
          onChange={(chosen) => onChange({ objective: chosen })}
        />
      )}
    </>
  );
}
