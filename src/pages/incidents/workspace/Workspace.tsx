/** Header, verdict and tabs of one incident; the tab is in the address. */
import { t } from '@grafana/i18n';
import { Alert, Button, Stack, Tab, TextLink } from '@grafana/ui';
import { useQuery } from '@tanstack/react-query';
import { type ComponentType, lazy, Suspense, useState } from 'react';
import { useNavigate, useParams } from 'react-router-dom';
import { useSplitIncident } from '../../../api/incidents';
import { investigationQuery, useInvestigate } from '../../../api/investigation';
import { usePeople } from '../../../api/people';
import { type IncidentDetailShape } from '../../../api/types.gen';
import { ShortcutHelp } from '../../../components/ShortcutHelp';
import { LoadingState } from '../../../components/StateView';
import { isActive } from '../../../components/StatusBadge';
import { WrappedTabs } from '../../../components/WrappedTabs';
import { pageUrl, ROUTES } from '../../../constants';
import { beganAt, incidentWindow } from '../../../lib/incidentWindow';
import { useNow } from '../../../lib/now';
import { signedIn } from '../../../lib/role';
import { useShortcuts } from '../../../lib/shortcuts';
import { hrefOf } from '../../../lib/href';
import { Overview } from '../tabs/Overview';
import { type TabProps } from '../tabs/tabs';
import { DeleteDialog } from './DeleteDialog';
import { Grade } from './Grade';
import { awaitsGrade, GradeDialog } from './GradeDialog';
import { Header } from './Header';
import { PartsDialog } from './Family';
import { MergeDialog } from './MergeDialog';
import { useEditor } from './useEditor';
import { verdictOf } from './verdict';
import { VerdictBanner } from './VerdictBanner';

const TABS: Record<string, ComponentType<TabProps>> = {
  overview: Overview,
  metrics: lazy(() => import('../tabs/Metrics').then((file) => ({ default: file.Metrics }))),
  logs: lazy(() => import('../tabs/Logs').then((file) => ({ default: file.Logs }))),
  traces: lazy(() => import('../tabs/Traces').then((file) => ({ default: file.Traces }))),
  kubernetes: lazy(() => import('../tabs/Kubernetes').then((file) => ({ default: file.Kubernetes }))),
  slos: lazy(() => import('../tabs/SloImpact').then((file) => ({ default: file.SloImpact }))),
  'blast-radius': lazy(() => import('../tabs/BlastRadius').then((file) => ({ default: file.BlastRadius }))),
  tasks: lazy(() => import('../tabs/Tasks').then((file) => ({ default: file.Tasks }))),
  alerts: lazy(() => import('../tabs/Alerts').then((file) => ({ default: file.Alerts }))),
  similar: lazy(() => import('../tabs/Similar').then((file) => ({ default: file.Similar }))),
  'post-incident': lazy(() => import('../tabs/PostIncident').then((file) => ({ default: file.PostIncident }))),
};

export function Workspace({ incident }: { incident: IncidentDetailShape }) {
  const me = signedIn();
  const navigate = useNavigate();
  const { '*': asked = '' } = useParams();
  const tab = asked in TABS ? asked : 'overview';
  const investigation = useQuery(investigationQuery(incident.number));
  const investigate = useInvestigate(incident.number);
  const known = investigation.data ?? null;
  const [open, setOpen] = useState<'merge' | 'parts' | 'delete' | 'help' | 'grade' | null>(null);
  const editor = useEditor(incident.number, ({ status }) => {
    if (status === 'closed' && awaitsGrade(known)) {
      setOpen('grade');
    }
  });
  const people = usePeople();
  const now = useNow(60);
  const readOnly = !me.canEdit || incident.mergedInto !== null;
  const { milestones } = incident;
  const began = beganAt(milestones.started?.at ?? incident.createdAt, known?.answer?.onset);
  const span = incidentWindow(began, milestones.resolved?.at, now);
  const names = tabNames(incident);
  const go = (to: string) =>
    void navigate(pageUrl(ROUTES.incidents, incident.number, ...(to === 'overview' ? [] : [to])));
  const beside = (by: number) =>
    go(names[(names.findIndex(({ id }) => id === tab) + by + names.length) % names.length]?.id ?? tab);
  useShortcuts({
    '?': () => setOpen('help'),
    ']': () => beside(1),
    '[': () => beside(-1),
    ...(!readOnly && incident.status === 'open' && { a: () => void editor.edit({ status: 'acknowledged' }) }),
  });
  const Shown = TABS[tab] ?? Overview;
  return (
    <Stack direction="column" gap={2}>
      {incident.mergedInto && <Merged incident={incident} canEdit={me.canEdit} />}
      <Header
        incident={incident}
        editor={editor}
        readOnly={readOnly}
        people={people}
        me={me.login}
        onMerge={() => setOpen('merge')}
        onHelp={() => setOpen('help')}
        {...(!incident.parent && { onParts: () => setOpen('parts') })}
        {...(me.isAdmin && { onDelete: () => setOpen('delete') })}
      />
      {editor.questions}
      <VerdictBanner
        verdict={verdictOf(incident, known)}
        busy={investigate.isPending}
        {...(investigation.data !== null && !readOnly && { onInvestigate: () => investigate.mutate() })}
      >
        {known?.answer && <Grade investigation={known} ended={!isActive(incident.status)} readOnly={readOnly} />}
      </VerdictBanner>
      <WrappedTabs>
        {names.map(({ id, label, counter }) => (
          <Tab
            key={id}
            label={label}
            active={id === tab}
            href={hrefOf(pageUrl(ROUTES.incidents, incident.number, ...(id === 'overview' ? [] : [id])))}
            counter={counter || null}
          />
        ))}
      </WrappedTabs>
      <Suspense fallback={<LoadingState lines={8} />}>
        <Shown
          incident={incident}
          investigation={investigation}
          span={span}
          editor={editor}
          readOnly={readOnly}
          people={people}
          me={me.login}
        />
      </Suspense>
      {open === 'merge' && <MergeDialog number={incident.number} onClose={() => setOpen(null)} />}
      {open === 'parts' && <PartsDialog number={incident.number} onClose={() => setOpen(null)} />}
      {open === 'delete' && <DeleteDialog number={incident.number} onClose={() => setOpen(null)} />}
      {open === 'grade' && known && <GradeDialog investigation={known} onClose={() => setOpen(null)} />}
      {open === 'help' && (
        <ShortcutHelp
          shortcuts={[
            { keys: ['[', ']'], does: t('keys.tabs', 'Tab before, tab after') },
            ...(readOnly
              ? []
              : [
                  { keys: ['a'], does: t('keys.acknowledge-this', 'Acknowledge') },
                  { keys: ['Ctrl', 'Enter'], does: t('keys.send', 'Send the comment that is written') },
                ]),
            { keys: ['?'], does: t('keys.help', 'This help') },
          ]}
          onClose={() => setOpen(null)}
        />
      )}
    </Stack>
  );
}

function tabNames(incident: IncidentDetailShape): Array<{ id: string; label: string; counter?: number }> {
  return [
    { id: 'overview', label: t('tabs.overview', 'Overview') },
    { id: 'metrics', label: t('tabs.metrics', 'Metrics') },
    { id: 'logs', label: t('tabs.logs', 'Logs') },
    { id: 'traces', label: t('tabs.traces', 'Traces') },
    { id: 'kubernetes', label: t('tabs.kubernetes', 'Kubernetes') },
    { id: 'slos', label: t('tabs.slos', 'SLO impact'), counter: incident.sloImpact.length },
    { id: 'blast-radius', label: t('tabs.blast', 'Blast radius') },
    { id: 'tasks', label: t('tabs.tasks', 'Tasks'), counter: incident.tasks.filter((each) => !each.done).length },
    { id: 'alerts', label: t('tabs.alerts', 'Alerts'), counter: incident.alerts.length },
    { id: 'similar', label: t('tabs.similar', 'Similar') },
    { id: 'post-incident', label: t('tabs.report', 'Post-incident') },
  ];
}

function Merged({ incident, canEdit }: { incident: IncidentDetailShape; canEdit: boolean }) {
  const into = incident.mergedInto ?? '';
  const split = useSplitIncident(into);
  return (
    <Alert
      severity="info"
      title={t('merged.title', 'This incident was merged into another')}
      action={
        canEdit && (
          <Button
            size="sm"
            variant="secondary"
            disabled={split.isPending}
            onClick={() => split.mutate({ incident: incident.number })}
          >
            {t('merged.undo', 'Undo the merge')}
          </Button>
        )
      }
    >
      {t('merged.where', 'Work goes on in')}{' '}
      <TextLink href={pageUrl(ROUTES.incidents, into)} inline>
        {into}
      </TextLink>
      {split.error && ` · ${split.error.message}`}
    </Alert>
  );
}
