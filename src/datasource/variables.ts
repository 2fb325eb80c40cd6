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
import { type StudioQuery } from './query';
import { VariableEditor } from './VariableEditor';
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
    return Promise.resolve(FIXED[list].map((word) => ({ text: word, value: word })));
  }
}

function answerOf(choices: Choice[]): DataQueryResponse {
  const column = (name: 'text' | 'value') => ({
    name,
    type: FieldType.string,
    values: choices.map((each) => each[name]),
  });
  return { data: [toDataFrame({ fields: [column('text'), column('value')] })] };
}
