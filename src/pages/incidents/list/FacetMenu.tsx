/** One way to narrow the list: a button that says what is chosen, and the choices with their counts. */
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Button, Checkbox, Input, Spinner, Stack, Toggletip, useStyles2 } from '@grafana/ui';
import { useState } from 'react';

export interface Choice {
  value: string;
  label: string;
  /** How many incidents it would show; unknown while it loads. */
  count: number | undefined;
}

interface FacetMenuProps {
  label: string;
  choices: readonly Choice[];
  chosen: readonly string[];
  /** The choice is the usual one: nothing to point out. */
  usual?: boolean;
  onChange: (chosen: string[]) => void;
  /** The choices are wanted now. */
  onOpen?: () => void;
  loading?: boolean;
  error?: Error | null;
}

/** From so many choices on there is a field to search them. */
const MANY = 8;

export function FacetMenu(props: FacetMenuProps) {
  const { label, choices, chosen, usual = false, onOpen } = props;
  const names = choices.filter((each) => chosen.includes(each.value)).map((each) => each.label);
  const said =
    names.length === 0 || usual
      ? label
      : names.length <= 2
        ? `${label}: ${names.join(', ')}`
        : t('incidents.facet.several', '{{- label}}: {{- count}} chosen', { label, count: names.length });
  return (
    <Toggletip
      content={<Choices {...props} />}
      placement="bottom-start"
      {...(onOpen && { onOpen })}
      closeButton={false}
      fitContent
    >
      <Button
        variant={names.length > 0 && !usual ? 'primary' : 'secondary'}
        fill="outline"
        icon="angle-down"
        iconPlacement="right"
      >
        {said}
      </Button>
    </Toggletip>
  );
}

function Choices({ label, choices, chosen, onChange, loading = false, error = null }: FacetMenuProps) {
  const styles = useStyles2(getStyles);
  const [sought, setSought] = useState('');
  const shown = choices.filter((each) => each.label.toLowerCase().includes(sought.toLowerCase()));
  const toggle = (value: string) =>
    onChange(chosen.includes(value) ? chosen.filter((each) => each !== value) : [...chosen, value]);
  return (
    <div className={styles.menu} role="group" aria-label={label}>
      {choices.length >= MANY && (
        <Input
          value={sought}
          onChange={(event) => setSought(event.currentTarget.value)}
          placeholder={t('incidents.facet.search', 'Search {{- label}}', { label: label.toLowerCase() })}
          aria-label={t('incidents.facet.search', 'Search {{- label}}', { label: label.toLowerCase() })}
        />
      )}
      <div className={styles.choices}>
        {shown.map((each) => (
          <div key={each.value} className={styles.choice}>
            <Checkbox label={each.label} value={chosen.includes(each.value)} onChange={() => toggle(each.value)} />
            <span className={styles.count}>{each.count}</span>
          </div>
        ))}
        {loading && <Spinner />}
        {error?.message}
        {shown.length === 0 && !loading && !error && t('incidents.facet.none', 'Nothing to choose')}
      </div>
      {chosen.length > 0 && (
        <Stack justifyContent="flex-end">
          <Button size="sm" variant="secondary" fill="text" onClick={() => onChange([])}>
            {t('incidents.facet.clear', 'Clear')}
          </Button>
        </Stack>
      )}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  menu: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1), minWidth: 220, maxWidth: 320 }),
  choices: css({ maxHeight: 320, overflowY: 'auto' }),
  choice: css({
    display: 'flex',
    justifyContent: 'space-between',
    gap: theme.spacing(2),
    padding: theme.spacing(0.5, 0),
  }),
  count: css({ color: theme.colors.text.secondary, fontVariantNumeric: 'tabular-nums' }),
});
