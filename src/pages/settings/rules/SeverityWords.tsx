/** What values of the label `severity` mean to a rule, where that differs from the ladder. */
import { t } from '@grafana/i18n';
import { Field, Input } from '@grafana/ui';
import { type RuleInput, type RuleShape } from '../../../api/types.gen';
import { problemAt } from '../../../components/FieldErrors';
import { type ChosenLevel, LevelPicker } from '../../../components/LevelPicker';
import { RowList } from '../../../components/RowList';

/** A value of the label, and the level that it means. */
export interface SeverityWord extends ChosenLevel {
  word: string;
}

export function wordsOf(rule: RuleShape | null): SeverityWord[] {
  return Object.entries(rule?.severities ?? {}).map(([word, severity]) => ({
    word,
    severity,
    level: rule?.levels[word] ?? '',
  }));
}

/** As they are sent; rows without a word say nothing, and a level that is there no more is left out. */
export function meaningsOf(
  words: readonly SeverityWord[],
  known: readonly string[]
): Required<Pick<RuleInput, 'severities' | 'levels'>> {
  const told = words.map((each) => ({ ...each, word: each.word.trim() })).filter(({ word }) => word !== '');
  return {
    severities: Object.fromEntries(told.map(({ word, severity }) => [word, severity])),
    levels: Object.fromEntries(told.flatMap(({ word, level }) => (known.includes(level) ? [[word, level]] : []))),
  };
}

interface SeverityWordsProps {
  words: SeverityWord[];
  error: Error | null;
  onChange: (words: SeverityWord[]) => void;
}

export function SeverityWords({ words, error, onChange }: SeverityWordsProps) {
  return (
    <Field
      label={t('rule.severities', 'Severities')}
      description={t(
        'rule.severities-hint',
        'What values of the label “severity” mean here; others mean what they usually do'
      )}
      {...problemAt(error, 'severities')}
      {...problemAt(error, 'levels')}
    >
      <RowList<SeverityWord>
        rows={words}
        onChange={onChange}
        fresh={{ word: '', severity: 'medium', level: '' }}
        addLabel={t('rule.severity-add', 'Add a meaning')}
        removeLabel={() => t('rule.severity-remove', 'Remove this meaning')}
      >
        {({ word, severity, level }, change) => (
          <>
            <Input
              value={word}
              aria-label={t('rule.severity-word', 'Value of the label')}
              onChange={(event) => change({ word: event.currentTarget.value })}
            />
            <LevelPicker
              label={t('rule.severity-level', 'Means')}
              value={{ severity, level }}
              onChange={(chosen) => change(chosen)}
            />
          </>
        )}
      </RowList>
    </Field>
  );
}
