/** Every check of investigations: when it finds something, how often it was right; switch, tune, add. */
import { t } from '@grafana/i18n';
import { Combobox, Input, Stack, Text } from '@grafana/ui';
import { useState } from 'react';
import { useSearchParams } from 'react-router-dom';
import { useChecks } from '../../../api/checks';
import { type CheckShape, type Source } from '../../../api/types.gen';
import { NothingState, StateView } from '../../../components/StateView';
import { signedIn } from '../../../lib/role';
import { ListHead } from '../ListHead';
import { CheckDrawer } from './CheckDrawer';
import { CheckTable } from './CheckTable';
import { TuneDrawer } from './TuneDrawer';
import { SOURCES, sourceText } from './words';

export function ChecksTab() {
  const checks = useChecks();
  const { canEdit } = signedIn();
  const [query, setQuery] = useSearchParams();
  const [edited, setEdited] = useState<CheckShape | 'new' | null>(null);
  const text = query.get('q') ?? '';
  const source = query.get('source') ?? '';
  const change = (part: Record<string, string>) => {
    const next = Object.entries({ q: text, source, ...part }).filter(([, value]) => value);
    setQuery(new URLSearchParams(next), { replace: true });
  };
  const shown = (items: readonly CheckShape[]) =>
    items.filter((each) => fits(each, text) && (!source || each.source === source));
  return (
    <Stack direction="column" gap={2}>
      <ListHead {...(canEdit && { add: { label: t('checks.add', 'Add a check'), onClick: () => setEdited('new') } })}>
        {t(
          'checks.hint',
          'What an investigation looks at. “Was right” counts the graded incidents in which the check found something.'
        )}
      </ListHead>
      <Stack gap={1} wrap="wrap">
        <Input
          aria-label={t('checks.search', 'Search checks')}
          placeholder={t('checks.search', 'Search checks')}
          width={30}
          value={text}
          onChange={(event) => change({ q: event.currentTarget.value })}
        />
        <Combobox<Source>
          aria-label={t('checks.source', 'Source')}
          placeholder={t('checks.any-source', 'Any source')}
          width={24}
          isClearable
          value={SOURCES.find((each) => each === source) ?? null}
          options={SOURCES.map((value) => ({ value, label: sourceText(value) }))}
          onChange={(option) => change({ source: option?.value ?? '' })}
        />
      </Stack>
      <StateView
        query={checks}
        isEmpty={(items) => shown(items).length === 0}
        empty={
          <NothingState filtered message={t('checks.none', 'No such check')}>
            {t('checks.none-hint', 'Search for less, or add one of your own.')}
          </NothingState>
        }
      >
        {(items) => (
          <>
            <Text color="secondary">
              {t('checks.count', '{{- shown}} of {{- all}} checks', { shown: shown(items).length, all: items.length })}
            </Text>
            <CheckTable checks={shown(items)} {...(canEdit && { onEdit: setEdited })} />
          </>
        )}
      </StateView>
      {edited && (edited === 'new' || edited.custom) && (
        <CheckDrawer check={edited === 'new' ? null : edited} onClose={() => setEdited(null)} />
      )}
      {edited && edited !== 'new' && !edited.custom && <TuneDrawer check={edited} onClose={() => setEdited(null)} />}
    </Stack>
  );
}

function fits({ id, title, query, kind }: CheckShape, text: string): boolean {
  const wanted = text.trim().toLowerCase();
  return [id, title, query, kind].some((each) => each.toLowerCase().includes(wanted));
}
