/** Where the work stands, and the next step: one button for what is usual, a menu for the rest. */
import { t } from '@grafana/i18n';
import { Button, ButtonGroup, Dropdown, Menu } from '@grafana/ui';
import { type IncidentDetailShape, type IncidentStatus } from '../../../api/types.gen';
import { isActive, STATUSES, statusText, useStatusWords } from '../../../components/StatusBadge';
import { type Editor } from './useEditor';

interface StatusActionsProps {
  incident: IncidentDetailShape;
  editor: Editor;
}

export function StatusActions({ incident, editor }: StatusActionsProps) {
  const { status } = incident;
  const { nameOf } = useStatusWords();
  const stepText = (to: IncidentStatus) => {
    const name = nameOf(to);
    return name === statusText(to) ? doText(to) : t('status.do.own', 'Set to “{{- name}}”', { name });
  };
  const at = STATUSES.indexOf(status);
  const usual: Partial<Record<IncidentStatus, IncidentStatus>> = {
    open: 'acknowledged',
    acknowledged: 'investigating',
    investigating: 'mitigated',
    mitigated: 'resolved',
    resolved: 'closed',
  };
  const next = usual[status];
  const reopen = () => void editor.edit({ status: 'open', reopen: true });
  const later = STATUSES.slice(at + 1).filter((each) => each !== next);
  return (
    <ButtonGroup>
      {next && (
        <Button disabled={editor.busy} onClick={() => void editor.edit({ status: next })}>
          {stepText(next)}
        </Button>
      )}
      {(later.length > 0 || !isActive(status)) && (
        <Dropdown
          placement="bottom-end"
          overlay={() => (
            <Menu>
              {later.map((each) => (
                <Menu.Item key={each} label={stepText(each)} onClick={() => void editor.edit({ status: each })} />
              ))}
              {!isActive(status) && (
                <Menu.Item label={t('status.do.reopen', 'Reopen')} icon="history" onClick={reopen} />
              )}
            </Menu>
          )}
        >
          <Button
            disabled={editor.busy}
            icon="angle-down"
            aria-label={t('status.more', 'More steps; now {{- status}}', { status: nameOf(status) })}
          />
        </Dropdown>
      )}
    </ButtonGroup>
  );
}

function doText(status: IncidentStatus): string {
  const texts: Record<IncidentStatus, string> = {
    open: t('status.do.reopen', 'Reopen'),
    acknowledged: t('status.do.acknowledge', 'Acknowledge'),
    investigating: t('status.do.investigate', 'Investigate'),
    mitigated: t('status.do.mitigate', 'Mark mitigated'),
    resolved: t('status.do.resolve', 'Resolve'),
    closed: t('status.do.close', 'Close'),
  };
  return texts[status];
}
