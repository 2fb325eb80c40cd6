/** Settings of the app, a tab each; the tab is part of the address. */
import { t } from '@grafana/i18n';
import { PluginPage } from '@grafana/runtime';
import { Alert, Tab, TabContent, TabsBar } from '@grafana/ui';
import { type ComponentType } from 'react';
import { useParams } from 'react-router-dom';
import { pageUrl, ROUTES } from '../../constants';
import { signedIn } from '../../lib/role';
import { AuditTab } from './AuditTab';
import { IntegrationsTab } from './integrations/IntegrationsTab';
import { PeopleTab } from './PeopleTab';
import { RulesTab } from './rules/RulesTab';
import { SourcesTab } from './sources/SourcesTab';

interface SettingsTab {
  key: string;
  label: string;
  view: ComponentType;
  /** Everybody may read rules; the rest is for administrators. */
  forAll?: boolean;
}

const tabs = (): SettingsTab[] => [
  { key: 'sources', label: t('settings.sources', 'Sources'), view: SourcesTab },
  { key: 'rules', label: t('settings.rules', 'Rules'), view: RulesTab, forAll: true },
  { key: 'integrations', label: t('settings.integrations', 'Integrations'), view: IntegrationsTab },
  { key: 'people', label: t('settings.people', 'People'), view: PeopleTab },
  { key: 'audit', label: t('settings.audit', 'Audit log'), view: AuditTab },
];

export default function SettingsPage() {
  const { '*': chosen } = useParams();
  const all = tabs();
  const fallback = signedIn().isAdmin ? 'sources' : 'rules';
  const tab = all.find((each) => each.key === (chosen || fallback)) ?? all[0];
  return (
    <PluginPage>
      <TabsBar>
        {all.map((each) => (
          <Tab key={each.key} label={each.label} active={each === tab} href={pageUrl(ROUTES.settings, each.key)} />
        ))}
      </TabsBar>
      <TabContent>{tab && (tab.forAll || signedIn().isAdmin ? <tab.view /> : <ForAdministrators />)}</TabContent>
    </PluginPage>
  );
}

function ForAdministrators() {
  return (
    <Alert severity="info" title={t('settings.admins-only', 'Only administrators of the organisation see this')}>
      {t('settings.admins-hint', 'Ask one of them, or have your role in Grafana changed.')}
    </Alert>
  );
}
