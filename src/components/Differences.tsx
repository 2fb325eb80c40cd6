/** What a version changed against the one before, field by field. Values that may be secret never come here. */
import { t } from '@grafana/i18n';
import { type DifferenceShape } from '../api/types.gen';
import { Disclosure } from './Disclosure';
import { PlainTable } from './PlainTable';

export function Differences({ items, of }: { items: readonly DifferenceShape[]; of: string }) {
  if (items.length === 0) {
    return null;
  }
  return (
    <Disclosure label={t('differences.open', 'Fields that changed: {{- count}}', { count: items.length })}>
      <PlainTable
        label={t('differences.of', 'What changed: {{- version}}', { version: of })}
        head={[t('differences.field', 'Field'), t('differences.before', 'Before'), t('differences.after', 'After')]}
        rows={items.map(({ field, before, after }) => ({ key: field, cells: [field, before || '–', after || '–'] }))}
      />
    </Disclosure>
  );
}
