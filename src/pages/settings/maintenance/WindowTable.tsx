/** Windows of one phase, with what can be done about each. */
import { t } from '@grafana/i18n';
import { Badge, Button, Stack, Text } from '@grafana/ui';
import { useDeleteWindow, useEndWindow } from '../../../api/maintenance';
import { type WindowShape } from '../../../api/types.gen';
import { matchersText } from '../../../components/MatchersField';
import { Moment } from '../../../components/Moment';
import { PlainTable } from '../../../components/PlainTable';
import { RowButtons } from '../RowButtons';
import { RowName } from '../RowName';
import { effectText, repeatText } from './words';

interface WindowTableProps {
  label: string;
  windows: readonly WindowShape[];
  /** Absent for those who may only read. */
  onEdit?: (window: WindowShape) => void;
}

export function WindowTable({ label, windows, onEdit }: WindowTableProps) {
  const end = useEndWindow();
  const remove = useDeleteWindow();
  return (
    <PlainTable
      label={label}
      head={[
        t('maintenance.window', 'Window'),
        t('maintenance.when', 'When'),
        t('maintenance.covers', 'Covers'),
        t('maintenance.alerts', 'Alerts are'),
        ...(onEdit ? [''] : []),
      ]}
      rows={windows.map((each) => ({
        key: each.id,
        cells: [
          <RowName key="name" name={each.title} about={each.comment}>
            {!each.enabled && <Badge color="orange" text={t('maintenance.off', 'switched off')} />}
          </RowName>,
          <When key="when" window={each} />,
          <Covers key="covers" window={each} />,
          effectText(each.effect),
          ...(onEdit
            ? [
                <RowButtons
                  key="do"
                  name={each.title}
                  onEdit={() => onEdit(each)}
                  onDelete={() => remove.mutate(each.id)}
                >
                  {/* A window that comes again has no end to bring forward: it is switched off in its form. */}
                  {each.phase === 'active' && each.repeat === 'once' && each.enabled && (
                    <Button
                      size="sm"
                      variant="secondary"
                      icon="square-shape"
                      disabled={end.isPending}
                      aria-label={t('maintenance.end-name', 'End now: {{- name}}', { name: each.title })}
                      onClick={() => end.mutate(each)}
                    >
                      {t('maintenance.end', 'End now')}
                    </Button>
                  )}
                </RowButtons>,
              ]
            : []),
        ],
      }))}
    />
  );
}

function When({ window }: { window: WindowShape }) {
  const start = window.nextStart ?? window.startsAt;
  const end = window.nextEnd ?? window.endsAt;
  return (
    <Stack direction="column" gap={0}>
      <span>
        <Moment at={start} /> – <Moment at={end} />
      </span>
      {window.repeat !== 'once' && (
        <Text variant="bodySmall" color="secondary">
          {repeatText(window.repeat)} ({window.timeZone})
          {window.until && (
            <>
              {' '}
              {t('maintenance.until', 'until')} <Moment at={window.until} />
            </>
          )}
        </Text>
      )}
    </Stack>
  );
}

function Covers({ window }: { window: WindowShape }) {
  const { services, matchers } = window;
  if (services.length === 0) {
    return matchers.length > 0 ? <code>{matchersText(matchers)}</code> : <>{matchersText(matchers)}</>;
  }
  return (
    <Stack direction="column" gap={0}>
      <span>{services.join(', ')}</span>
      {matchers.length > 0 && <code>{matchersText(matchers)}</code>}
    </Stack>
  );
}
