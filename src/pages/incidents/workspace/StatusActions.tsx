/** Where the work stands, and the next step: one button for what is usual, a menu for the rest. */
import { t } from '@grafana/i18n';
import { Button, ButtonGroup, Dropdown, Menu } from '@grafana/ui';
import { type IncidentDetailShape, type IncidentStatus } from '../../../api/types.gen';
import { isActive, STATUSES, useStatusWords } from '../../../components/StatusBadge';
import { useSteps } from '../../../components/steps';
import { type Editor } from './useEditor';

interface StatusActionsProps {
  incident: IncidentDetailShape;
  editor: Editor;
}

export function StatusActions({ incident, editor }: StatusActionsProps) {
  const { status, stage } = incident;
  const { nameOf } = useStatusWords();
  const { into, textOf } = useSteps();
  const at = STATUSES.indexOf(status);
  const usual: Partial<Record<IncidentStatus, IncidentStatus>> = {
    open: 'acknowledged',
    acknowledged: 'investigating',
    investigating: 'mitigated',
    mitigated: 'resolved',
    resolved: 'closed',
  };
  const within = into(status).filter((each) => each.stage !== undefined);
  const here = within.findIndex((each) => each.stage === stage);
  const following = usual[status];
  // First through the own states of the present one, then on.
  const next = here < 0 ? undefined : within[here + 1];
  const usually = next ?? (following && into(following)[0]);
  const reopen = () => void editor.edit({ status: 'open', reopen: true });
  const others = [
    ...within.filter((each) => each.stage !== stage),
    ...STATUSES.slice(at + 1).flatMap((each) => into(each)),
  ].filter((each) => each.status !== usually?.status || each.stage !== usually.stage);
  return (
    <ButtonGroup>
      {usually && (
        <Button disabled={editor.busy} onClick={() => void editor.edit(usually)}>
          {textOf(usually)}
        </Button>
      )}
      {(others.length > 0 || !isActive(status)) && (
        <Dropdown
          placement="bottom-end"
          overlay={() => (
            <Menu>
              {others.map((each) => (
                <Menu.Item
                  key={each.stage ?? each.status}
                  label={textOf(each)}
                  onClick={() => void editor.edit(each)}
                />
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
            aria-label={t('status.more', 'More steps; now {{- status}}', { status: nameOf(status, stage) })}
          />
        </Dropdown>
      )}
    </ButtonGroup>
  );
}
