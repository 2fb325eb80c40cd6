/** The variables of a dashboard: loaded in their order, chosen here, kept in the address. */
import { CustomVariableSupport, type DataFrame, type DataQueryRequest, type TimeRange } from '@grafana/data';
import { getDataSourceSrv, locationService } from '@grafana/runtime';
import { InlineLabel, MultiCombobox } from '@grafana/ui';
import { useEffect, useState } from 'react';
import { lastValueFrom } from 'rxjs';
import { type DashboardVariable } from './dashboards';
import { templates } from './services';

interface Choice {
  value: string;
  label: string;
}

interface VariableBarProps {
  variables: DashboardVariable[];
  range: TimeRange;
  /** All values are known, or have changed: queries may run. */
  onReady: () => void;
}

export function VariableBar({ variables, range, onReady }: VariableBarProps) {
  const [options, setOptions] = useState<Record<string, Choice[]>>({});
  const [chosen, setChosen] = useState<Record<string, string[]>>({});

  useEffect(() => {
    void load(variables, range).then(({ found, picked }) => {
      setOptions(found);
      setChosen(picked);
      onReady();
    });
    // The dashboard is remounted for another one; its range only narrows what values there are.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [variables]);

  const choose = (name: string, values: string[]) => {
    const next = { ...chosen, [name]: values };
    setChosen(next);
    locationService.partial({ [`var-${name}`]: values });
    templates.set(valuesOf(variables, options, next));
    onReady();
  };

  return variables
    .filter((each) => each.type === 'query' || each.type === 'custom')
    .map(({ name, label }) => (
      <div key={name} style={{ display: 'flex' }}>
        <InlineLabel width="auto" htmlFor={`var-${name}`}>
          {label ?? name}
        </InlineLabel>
        <MultiCombobox
          id={`var-${name}`}
          placeholder="All"
          width="auto"
          minWidth={20}
          options={options[name] ?? []}
          value={chosen[name] ?? []}
          onChange={(picked) =>
            choose(
              name,
              picked.map(({ value }) => value)
            )
          }
        />
      </div>
    ));
}

async function load(variables: DashboardVariable[], range: TimeRange) {
  const found: Record<string, Choice[]> = {};
  const picked: Record<string, string[]> = {};
  for (const variable of variables) {
    found[variable.name] = await valuesFor(variable, range).catch(() => []);
    const asked = locationService.getSearch().getAll(`var-${variable.name}`).filter(Boolean);
    // As in Grafana: where not all values may be shown together, the first is chosen.
    const first = variable.includeAll ? [] : (found[variable.name] ?? []).slice(0, 1).map(({ value }) => value);
    picked[variable.name] = asked.length > 0 ? asked : first;
    templates.set(valuesOf(variables, found, picked));
  }
  return { found, picked };
}

async function valuesFor(variable: DashboardVariable, range: TimeRange): Promise<Choice[]> {
  if (variable.type === 'datasource') {
    return getDataSourceSrv()
      .getList({ type: String(variable.query) })
      .map(({ uid, name }) => ({ value: uid, label: name }));
  }
  if (variable.type !== 'query') {
    return String(variable.query)
      .split(',')
      .map((each) => each.trim())
      .map((each) => ({ value: each, label: each }));
  }
  const source = await getDataSourceSrv().get(variable.datasource);
  if (source.variables instanceof CustomVariableSupport) {
    const asked = { targets: [variable.query], range, scopedVars: {} } as unknown as DataQueryRequest<never>;
    const answer = await lastValueFrom(source.variables.query(asked));
    return answer.data.flatMap(choicesOf);
  }
  const values = (await source.metricFindQuery?.(variable.query, { range })) ?? [];
  return values.map(({ text, value = text }) => ({ value: String(value), label: text }));
}

/** As Grafana reads the answer to a variable's query: by the fields `value` and `text`, or by the one that there is. */
function choicesOf({ fields, length }: DataFrame): Choice[] {
  const of = (name: string) => fields.find((field) => field.name === name)?.values;
  const values = of('value') ?? of('text') ?? fields[0]?.values ?? [];
  const labels = of('text') ?? values;
  return Array.from({ length }, (_, row) => ({ value: String(values[row]), label: String(labels[row]) }));
}

/** Nothing chosen means all values; a variable of one value has its first. */
function valuesOf(variables: DashboardVariable[], found: Record<string, Choice[]>, picked: Record<string, string[]>) {
  return Object.fromEntries(
    variables.map(({ name, multi }) => {
      const all = (found[name] ?? []).map(({ value }) => value);
      const chosen = picked[name]?.length ? picked[name] : all;
      return [name, multi ? chosen : (chosen[0] ?? '')];
    })
  );
}
