/** One level of the severity ladder while it is changed. */
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Badge, Combobox, Field, IconButton, Input, Stack, useStyles2 } from '@grafana/ui';
import { type LevelShape } from '../../../api/types.gen';
import { SEVERITIES, severityText } from '../../../components/SeverityBadge';
import { idOf, type LevelDraft } from './severityDraft';

interface LevelFieldsProps {
  level: LevelDraft;
  isFirst: boolean;
  isLast: boolean;
  problem: (field: string) => { invalid?: boolean; error?: string };
  onChange: (part: Partial<LevelDraft>) => void;
  onMove: (by: -1 | 1) => void;
  onRemove: () => void;
}

export function LevelFields({ level, isFirst, isLast, problem, onChange, onMove, onRemove }: LevelFieldsProps) {
  const styles = useStyles2(getStyles);
  const name = level.title || t('severities.new', 'New level');
  return (
    <fieldset className={styles.level} aria-label={name}>
      <Stack justifyContent="space-between" alignItems="center">
        <Badge color={level.colour} text={name} />
        <Stack gap={1}>
          <IconButton
            name="arrow-up"
            disabled={isFirst}
            aria-label={t('severities.up', 'Move {{- name}} up', { name })}
            onClick={() => onMove(-1)}
          />
          <IconButton
            name="arrow-down"
            disabled={isLast}
            aria-label={t('severities.down', 'Move {{- name}} down', { name })}
            onClick={() => onMove(1)}
          />
          <IconButton
            name="trash-alt"
            aria-label={t('severities.remove', 'Remove {{- name}}', { name })}
            onClick={onRemove}
          />
        </Stack>
      </Stack>
      <div className={styles.fields}>
        <Field label={t('severities.name', 'Name')} required noMargin {...problem('title')}>
          <Input
            value={level.title}
            maxLength={60}
            onChange={(event) => onChange({ title: event.currentTarget.value })}
          />
        </Field>
        <Field label={t('severities.id', 'Id')} noMargin {...problem('id')}>
          <Input
            value={level.isStored ? level.id : idOf(level)}
            disabled={level.isStored}
            maxLength={32}
            onChange={(event) => onChange({ id: event.currentTarget.value })}
          />
        </Field>
        <Field label={t('severities.counts-as', 'Counts as')} noMargin {...problem('severity')}>
          <Combobox
            value={level.severity}
            options={SEVERITIES.map((value) => ({ value, label: severityText(value) }))}
            onChange={({ value }) => onChange({ severity: value })}
          />
        </Field>
        <Field label={t('severities.colour', 'Colour')} noMargin {...problem('colour')}>
          <Combobox value={level.colour} options={colours()} onChange={({ value }) => onChange({ colour: value })} />
        </Field>
        <Field label={t('severities.words', 'Words of alerts')} noMargin {...problem('words')}>
          <Input
            value={level.words}
            placeholder={t('severities.words-hint', 'separated by commas')}
            onChange={(event) => onChange({ words: event.currentTarget.value })}
          />
        </Field>
        <Field label={t('severities.when', 'When to choose it')} noMargin {...problem('description')}>
          <Input value={level.description} onChange={(event) => onChange({ description: event.currentTarget.value })} />
        </Field>
      </div>
    </fieldset>
  );
}

const colours = (): Array<{ value: LevelShape['colour']; label: string }> => [
  { value: 'red', label: t('severities.red', 'Red') },
  { value: 'orange', label: t('severities.orange', 'Orange') },
  { value: 'purple', label: t('severities.purple', 'Purple') },
  { value: 'blue', label: t('severities.blue', 'Blue') },
  { value: 'green', label: t('severities.green', 'Green') },
  { value: 'darkgrey', label: t('severities.grey', 'Grey') },
];

const getStyles = (theme: GrafanaTheme2) => ({
  level: css({
    padding: theme.spacing(2),
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
  }),
  fields: css({
    display: 'grid',
    gridTemplateColumns: '1fr 1fr',
    gap: theme.spacing(1, 2),
    marginTop: theme.spacing(1),
  }),
});
