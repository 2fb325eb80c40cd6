/** Conditions on labels, all of which an alert must meet. */
import { t } from '@grafana/i18n';
import { Combobox, Field, Input } from '@grafana/ui';
import { type MatcherShape, type Operator } from '../api/types.gen';
import { problemAt } from './FieldErrors';
import { RowList } from './RowList';

const OPERATORS: readonly Operator[] = ['=', '!=', '=~', '!~'];

interface MatchersFieldProps {
  label?: string;
  /** What it means that there are none. */
  description?: string;
  matchers: MatcherShape[];
  onChange: (matchers: MatcherShape[]) => void;
  error: Error | null;
}

/** Matchers as Prometheus spells them; none of them takes every alert. */
export function matchersText(matchers: readonly MatcherShape[]): string {
  return matchers.length > 0
    ? `{${matchers.map((each) => `${each.label}${each.operator}${JSON.stringify(each.value)}`).join(', ')}}`
    : t('rules.every-alert', 'every alert');
}

export function MatchersField({ label, description, matchers, onChange, error }: MatchersFieldProps) {
  return (
    <Field
      label={label ?? t('rule.matchers', 'Alerts with all of these labels')}
      description={
        description ??
        t('rule.matchers-hint', 'None means every alert. A regular expression must match the whole value.')
      }
      {...problemAt(error, 'matchers')}
    >
      <Matchers matchers={matchers} onChange={onChange} />
    </Field>
  );
}

function Matchers({ matchers, onChange }: Pick<MatchersFieldProps, 'matchers' | 'onChange'>) {
  return (
    <RowList<MatcherShape>
      rows={matchers}
      onChange={onChange}
      fresh={{ label: '', operator: '=', value: '' }}
      addLabel={t('rule.matcher-add', 'Add a condition')}
      removeLabel={() => t('rule.matcher-remove', 'Remove this condition')}
    >
      {(matcher, change) => (
        <>
          <Input
            value={matcher.label}
            aria-label={t('rule.matcher-label', 'Label')}
            onChange={(event) => change({ label: event.currentTarget.value })}
          />
          {/* Fields of text take what room there is; the sign must stay readable beside them. */}
          <div style={{ flex: 'none' }}>
            <Combobox
              width={10}
              aria-label={t('rule.matcher-operator', 'Comparison')}
              value={matcher.operator}
              options={OPERATORS.map((value) => ({ value, label: value }))}
              onChange={({ value }) => change({ operator: value })}
            />
          </div>
          <Input
            value={matcher.value}
            aria-label={t('rule.matcher-value', 'Value')}
            onChange={(event) => change({ value: event.currentTarget.value })}
          />
        </>
      )}
    </RowList>
  );
}
