/** Settings of the app, a tab each; the tab is part of the address. */
import { t } from '@grafana/i18n';
import { PluginPage } from '@grafana/runtime';
import { Alert, Tab, TabContent } from '@grafana/ui';
import { type ComponentType } from 'react';
import { useParams } from 'react-router-dom';
import { WrappedTabs } from '../../components/WrappedTabs';
import { pageUrl, ROUTES } from '../../constants';
import { signedIn } from '../../lib/role';
import { hrefOf } from '../../lib/href';
import { AuditTab } from './AuditTab';
import { ChecksTab } from './checks/ChecksTab';
import { DeliveriesTab } from './deliveries/DeliveriesTab';
import { FormsTab } from './forms/FormsTab';
import { HeartbeatsTab } from './heartbeats/HeartbeatsTab';
import { IdentityTab } from './identity/IdentityTab';
import { IntegrationsTab } from './integrations/IntegrationsTab';
import { MaintenanceTab } from './maintenance/MaintenanceTab';
import { PeopleTab } from './PeopleTab';
import { QuestionsTab } from './questions/QuestionsTab';
import { RemindersTab } from './reminders/RemindersTab';
import { RulesTab } from './rules/RulesTab';
import { SourcesTab } from './sources/SourcesTab';

interface SettingsTab {
  key: string;
  label: string;
  view: ComponentType;
  /** The least role that the backend answers. */
  from: 'Viewer' | 'Editor' | 'Admin';
}

/** What comes in; what becomes of it; incidents and their investigation; who and what there was. */
const tabs = (): SettingsTab[] => [
  { key: 'sources', label: t('settings.sources', 'Sources'), view: SourcesTab, from: 'Admin' },
  { key: 'integrations', label: t('settings.integrations', 'Integrations'), view: IntegrationsTab, from: 'Admin' },
  { key: 'heartbeats', label: t('settings.heartbeats', 'Heartbeats'), view: HeartbeatsTab, from: 'Viewer' },
  { key: 'rules', label: t('settings.rules', 'Rules'), view: RulesTab, from: 'Viewer' },
  { key: 'identity', label: t('settings.identity', 'Deduplication'), view: IdentityTab, from: 'Viewer' },
  { key: 'questions', label: t('settings.questions', 'Enrichment'), view: QuestionsTab, from: 'Viewer' },
  { key: 'maintenance', label: t('settings.maintenance', 'Maintenance'), view: MaintenanceTab, from: 'Viewer' },
  { key: 'forms', label: t('settings.forms', 'Incident setup'), view: FormsTab, from: 'Viewer' },
  { key: 'reminders', label: t('settings.reminders', 'Reminders'), view: RemindersTab, from: 'Viewer' },
  { key: 'checks', label: t('settings.checks', 'Checks'), view: ChecksTab, from: 'Viewer' },
  { key: 'deliveries', label: t('settings.deliveries', 'Delivery log'), view: DeliveriesTab, from: 'Editor' },
  { key: 'people', label: t('settings.people', 'People'), view: PeopleTab, from: 'Admin' },
  { key: 'audit', label: t('settings.audit', 'Audit log'), view: AuditTab, from: 'Admin' },
];

export default function SettingsPage() {
  const { '*': chosen } = useParams();
  const all = tabs();
  const { isAdmin, canEdit } = signedIn();
  const fallback = isAdmin ? 'sources' : 'rules';
  const tab = all.find((each) => each.key === (chosen || fallback)) ?? all[0];
  const may = { Viewer: true, Editor: canEdit, Admin: isAdmin };
  // A link may lead to one that is not for its reader: that is said, and not offered otherwise.
  const offered = all.filter((each) => may[each.from] || each === tab);
  return (
    // Grafana's menu names this page for administrators only.
    <PluginPage {...(!isAdmin && { pageNav: { text: t('settings.page', 'Settings') } })}>
      <WrappedTabs>
        {offered.map((each) => (
          <Tab
            key={each.key}
            label={each.label}
            active={each === tab}
            href={hrefOf(pageUrl(ROUTES.settings, each.key))}
          />
        ))}
      </WrappedTabs>
      <TabContent>{tab && (may[tab.from] ? <tab.view /> : <NotForYou from={tab.from} />)}</TabContent>
    </PluginPage>
  );
}

function NotForYou({ from }: { from: SettingsTab['from'] }) {
  return (
    <Alert
      severity="info"
      title={
        from === 'Admin'
          ? t('settings.admins-only', 'Only administrators of the organisation see this')
          : t('settings.editors-only', 'Only Editors and administrators see this')
      }
    >
      {t('settings.admins-hint', 'Ask one of them, or have your role in Grafana changed.')}
    </Alert>
  );
}
