/** Dashboard variables: lists of the store, and the fixed words of severities and statuses. */
import {
  CustomVariableSupport,
  type DataQueryRequest,
  type DataQueryResponse,
  type DataSourceApi,
  FieldType,
  toDataFrame,
} from '@grafana/data';
import { from, type Observable } from 'rxjs';
import { type Answers, type Choice, choicesOf } from './choices';
import { type StatusNameShape } from '../api/types.gen';
import { type StudioQuery } from './query';
import { VariableEditor } from './VariableEditor';
import { vocabulary } from './vocabulary';
import { FIXED, isStored, listOf, type VariableList, type VariableQuery } from './variableQuery';

export class StudioVariables extends CustomVariableSupport<DataSourceApi<StudioQuery>, VariableQuery> {
  editor = VariableEditor;

  constructor(private readonly source: Answers) {
    super();
  }

  query(request: DataQueryRequest<VariableQuery>): Observable<DataQueryResponse> {
    return from(this.choices(listOf(request.targets[0]), request).then(answerOf));
  }

  private choices(list: VariableList, request: DataQueryRequest<VariableQuery>): Promise<Choice[]> {
    if (isStored(list)) {
      return choicesOf(this.source, list, request.scopedVars);
    }
    const words: readonly string[] = FIXED[list];
    const plain = words.map((word) => ({ text: word, value: word }));
    return list === 'statuses' ? vocabulary().then(({ statuses }) => named(plain, statuses)) : Promise.resolve(plain);
  }
}

/** States by the names that the organisation has for them. */
function named(choices: Choice[], statuses: readonly StatusNameShape[]): Choice[] {
  return choices.map(({ text, value }) => ({
    text: statuses.find(({ status }) => status === value)?.label || text,
    value,
  }));
}

function answerOf(choices: Choice[]): DataQueryResponse {
  const column = (name: 'text' | 'value') => ({
    name,
    type: FieldType.string,
    values: choices.map((each) => each[name]),
  });
  return { data: [toDataFrame({ fields: [column('text'), column('value')] })] };
}
