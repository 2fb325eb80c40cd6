/** The fields of one query type. */
import { t } from '@grafana/i18n';
import {
  firingOptions,
  formatOptions,
  groupOptions,
  mttxOptions,
  periodOptions,
  rangeOptions,
  sloMetricOptions,
  unitOptions,
} from '../labels';
import { FORMATS, SLO_COURSES, SLO_METRICS, type StudioQuery } from '../query';
import { ENTRY_TYPES, FINDING_TYPES, OUTCOMES } from '../words';
import { ListField, OneField, RadioField, SearchField, SwitchField, TextField } from './fields';
import {
  any,
  IncidentFilters,
  type Lists,
  mainObjective,
  ObjectiveField,
  Objectives,
  plain,
  ServicesField,
  SloFilters,
} from './filters';

const PERIODS = ['1', '2', '3', '4', '6', '8', '12', '13', '24'];

interface Props {
  query: StudioQuery;
  lists: Lists;
  onChange: (query: StudioQuery) => void;
}

export function TypeFields({ query, lists, onChange }: Props) {
  switch (query.queryType) {
    case 'incidents':
      return (
        <>
          <Format value={query.format} of={FORMATS.incidents} onChange={(format) => onChange({ ...query, format })} />
          <OneField
            label={t('query.range', 'Which')}
            value={query.range}
            options={rangeOptions()}
            onChange={(range) => onChange({ ...query, range })}
          />
          <IncidentFilters filter={query} lists={lists} onChange={(change) => onChange({ ...query, ...change })} />
          <Live value={query.live} onChange={(live) => onChange({ ...query, live })} />
        </>
      );
    case 'mttx':
      return (
        <>
          <Format value={query.format} of={FORMATS.mttx} onChange={(format) => onChange({ ...query, format })} />
          {query.format !== 'table' && (
            <OneField
              label={t('query.metric', 'Number')}
              value={query.metric}
              options={mttxOptions()}
              onChange={(metric) => onChange({ ...query, metric })}
            />
          )}
          <RadioField
            label={t('query.by', 'By')}
            value={query.by}
            options={groupOptions()}
            onChange={(by) => onChange({ ...query, by })}
          />
          {query.format === 'timeseries' && (
            <RadioField
              label={t('query.every', 'Mean over')}
              value={query.every}
              options={periodOptions()}
              onChange={(every) => onChange({ ...query, every })}
            />
          )}
          <IncidentFilters filter={query} lists={lists} onChange={(change) => onChange({ ...query, ...change })} />
        </>
      );
    case 'alerts':
      return (
        <RadioField
          label={t('query.firing', 'State')}
          value={query.firing === null ? 'both' : query.firing ? 'firing' : 'over'}
          options={firingOptions()}
          onChange={(state) => onChange({ ...query, firing: state === 'both' ? null : state === 'firing' })}
        />
      );
    case 'incident_timeline':
      return (
        <>
          <Number value={query.number} lists={lists} needed onChange={(number) => onChange({ ...query, number })} />
          <Format
            value={query.format}
            of={FORMATS.incident_timeline}
            onChange={(format) => onChange({ ...query, format })}
          />
          <ListField
            label={t('query.entry-types', 'Entries')}
            values={query.types}
            options={plain(ENTRY_TYPES)}
            placeholder={any()}
            onChange={(types) => onChange({ ...query, types })}
          />
          <Live value={query.live} onChange={(live) => onChange({ ...query, live })} />
        </>
      );
    case 'findings':
      return (
        <>
          <Number value={query.number} lists={lists} onChange={(number) => onChange({ ...query, number })} />
          <ListField
            label={t('query.finding-types', 'Kinds')}
            values={query.types}
            options={plain(FINDING_TYPES)}
            placeholder={any()}
            onChange={(types) => onChange({ ...query, types })}
          />
          {query.number === '' && (
            <IncidentFilters filter={query} lists={lists} onChange={(change) => onChange({ ...query, ...change })} />
          )}
          <Live value={query.live} onChange={(live) => onChange({ ...query, live })} />
        </>
      );
    case 'causes':
      return (
        <>
          <Number value={query.number} lists={lists} onChange={(number) => onChange({ ...query, number })} />
          {query.number === '' && (
            <IncidentFilters filter={query} lists={lists} onChange={(change) => onChange({ ...query, ...change })} />
          )}
          <SwitchField
            label={t('query.plausible', 'Only plausible ones')}
            help={t('query.plausible-help', 'Without what was considered and found too unlikely')}
            value={query.plausible}
            onChange={(plausible) => onChange({ ...query, plausible })}
          />
          <Live value={query.live} onChange={(live) => onChange({ ...query, live })} />
        </>
      );
    case 'blast_radius':
      return (
        <>
          <Number value={query.number} lists={lists} needed onChange={(number) => onChange({ ...query, number })} />
          <Live value={query.live} onChange={(live) => onChange({ ...query, live })} />
        </>
      );
    case 'log_patterns':
      return (
        <>
          <Number value={query.number} lists={lists} needed onChange={(number) => onChange({ ...query, number })} />
          <ServicesField
            services={query.services}
            lists={lists}
            onChange={(services) => onChange({ ...query, services })}
          />
          <ListField
            label={t('query.outcomes', 'Outcomes')}
            values={query.outcomes}
            options={plain(OUTCOMES)}
            placeholder={any()}
            onChange={(outcomes) => onChange({ ...query, outcomes })}
          />
          <Live value={query.live} onChange={(live) => onChange({ ...query, live })} />
        </>
      );
    case 'rollouts':
      return (
        <>
          <Format value={query.format} of={FORMATS.rollouts} onChange={(format) => onChange({ ...query, format })} />
          <ServicesField
            services={query.services}
            lists={lists}
            onChange={(services) => onChange({ ...query, services })}
          />
        </>
      );
    case 'services':
      return (
        <Format value={query.format} of={FORMATS.services} onChange={(format) => onChange({ ...query, format })} />
      );
    case 'service_graph':
      return (
        <ServicesField
          services={query.services}
          lists={lists}
          onChange={(services) => onChange({ ...query, services })}
        />
      );
    case 'slo_status':
      return (
        <>
          <Format value={query.format} of={FORMATS.slo_status} onChange={(format) => onChange({ ...query, format })} />
          {query.format === 'numeric' && (
            <OneField
              label={t('query.metric', 'Number')}
              value={query.metric}
              options={sloMetricOptions(SLO_METRICS)}
              onChange={(metric) => onChange({ ...query, metric })}
            />
          )}
          <Objectives of={query} onChange={(change) => onChange({ ...query, ...change })} />
          <SloFilters filter={query} lists={lists} onChange={(change) => onChange({ ...query, ...change })} />
        </>
      );
    case 'slo_history':
      return (
        <>
          <OneField
            label={t('query.metric', 'Number')}
            value={query.metric}
            options={sloMetricOptions(SLO_COURSES)}
            onChange={(metric) => onChange({ ...query, metric })}
          />
          <ObjectiveField
            value={query.objective}
            empty={mainObjective()}
            onChange={(objective) => onChange({ ...query, objective })}
          />
          <SloFilters filter={query} lists={lists} onChange={(change) => onChange({ ...query, ...change })} />
        </>
      );
    case 'slo_alerts':
      return (
        <>
          <Format value={query.format} of={FORMATS.slo_alerts} onChange={(format) => onChange({ ...query, format })} />
          <Objectives of={query} onChange={(change) => onChange({ ...query, ...change })} />
          <SloFilters filter={query} lists={lists} onChange={(change) => onChange({ ...query, ...change })} />
        </>
      );
    case 'slo_report':
      return (
        <>
          <Format value={query.format} of={FORMATS.slo_report} onChange={(format) => onChange({ ...query, format })} />
          <RadioField
            label={t('query.unit', 'Period')}
            value={query.unit}
            options={unitOptions()}
            onChange={(unit) => onChange({ ...query, unit })}
          />
          {query.format === 'table' && (
            <OneField
              label={t('query.periods', 'Periods')}
              help={t('query.periods-help', 'The running one and those before it')}
              value={String(query.periods)}
              options={plain([...new Set([...PERIODS, String(query.periods)])])}
              width={10}
              onChange={(periods) => onChange({ ...query, periods: parseInt(periods, 10) })}
            />
          )}
          <TextField
            label={t('query.zone', 'Time zone')}
            help={t('query.zone-help', 'Where periods begin, for example Europe/Berlin')}
            value={query.zone}
            onChange={(zone) => onChange({ ...query, zone: zone || 'UTC' })}
          />
          <ListField
            label={t('query.slos', 'SLOs')}
            values={query.sloIds}
            options={lists('slos')}
            placeholder={any()}
            onChange={(sloIds) => onChange({ ...query, sloIds })}
          />
          <ServicesField
            services={query.services}
            lists={lists}
            onChange={(services) => onChange({ ...query, services })}
          />
        </>
      );
    case 'kubernetes_pods':
      return (
        <>
          <TextField
            label={t('query.namespace', 'Namespace')}
            value={query.namespace}
            invalid={query.namespace === ''}
            onChange={(namespace) => onChange({ ...query, namespace })}
          />
          <SearchField
            label={t('query.service', 'Service')}
            value={query.service}
            options={lists('services')}
            invalid={query.service === ''}
            onChange={(service) => onChange({ ...query, service })}
          />
          <TextField
            label={t('query.pod-label', 'Pod label')}
            help={t('query.pod-label-help', 'The label that names the service on its pods; app when empty')}
            value={query.label}
            onChange={(label) => onChange({ ...query, label })}
          />
        </>
      );
  }
}

interface FormatProps<T extends string> {
  value: T;
  of: readonly T[];
  onChange: (value: T) => void;
}

function Format<T extends string>({ value, of, onChange }: FormatProps<T>) {
  return (
    <RadioField
      label={t('query.format', 'Format')}
      help={t('query.format-help', 'Alert rules need numbers; annotations mark graphs; log lines are for Explore')}
      value={value}
      options={formatOptions(of)}
      onChange={onChange}
    />
  );
}

interface NumberProps {
  value: string;
  lists: Lists;
  needed?: boolean;
  onChange: (value: string) => void;
}

function Number({ value, lists, needed = false, onChange }: NumberProps) {
  return (
    <SearchField
      label={t('query.number', 'Incident')}
      help={t('query.number-help', 'Its number, for example INC-42, or a dashboard variable')}
      value={value}
      options={lists('incidents')}
      placeholder={needed ? t('query.number-needed', 'Choose an incident') : any()}
      invalid={needed && value === ''}
      onChange={onChange}
    />
  );
}

function Live({ value, onChange }: { value: boolean; onChange: (value: boolean) => void }) {
  return (
    <SwitchField
      label={t('query.live', 'Live')}
      help={t('query.live-help', 'Ask again as soon as an incident changes')}
      value={value}
      onChange={onChange}
    />
  );
}
