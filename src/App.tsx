/** Providers and routes of the app; each page is a chunk of its own. */
import { QueryClientProvider } from '@tanstack/react-query';
import { lazy, useState } from 'react';
import { Navigate, Route, Routes } from 'react-router-dom';
import { newQueryClient } from './api/queryClient';
import { RouteBoundary } from './components/RouteBoundary';
import { ROUTES } from './constants';

const IncidentListPage = lazy(() => import('./pages/incidents/IncidentListPage'));
const IncidentPage = lazy(() => import('./pages/incidents/IncidentPage'));
const AlertListPage = lazy(() => import('./pages/alerts/AlertListPage'));
const SloListPage = lazy(() => import('./pages/slos/SloListPage'));
const SloPage = lazy(() => import('./pages/slos/SloPage'));
const SloEditorPage = lazy(() => import('./pages/slos/SloEditorPage'));
const ServiceListPage = lazy(() => import('./pages/services/ServiceListPage'));
const ServicePage = lazy(() => import('./pages/services/ServicePage'));
const InsightsPage = lazy(() => import('./pages/insights/InsightsPage'));
const SettingsPage = lazy(() => import('./pages/settings/SettingsPage'));

export default function App() {
  const [client] = useState(newQueryClient);
  return (
    <QueryClientProvider client={client}>
      <RouteBoundary>
        <Routes>
          <Route path={ROUTES.incidents} element={<IncidentListPage />} />
          <Route path={`${ROUTES.incident}/*`} element={<IncidentPage />} />
          <Route path={ROUTES.alerts} element={<AlertListPage />} />
          <Route path={ROUTES.slos} element={<SloListPage />} />
          <Route path={ROUTES.newSlo} element={<SloEditorPage />} />
          <Route path={ROUTES.editSlo} element={<SloEditorPage />} />
          <Route path={ROUTES.slo} element={<SloPage />} />
          <Route path={`${ROUTES.services}/*`} element={<ServiceListPage />} />
          <Route path={`${ROUTES.service}/*`} element={<ServicePage />} />
          <Route path={ROUTES.insights} element={<InsightsPage />} />
          <Route path={`${ROUTES.settings}/*`} element={<SettingsPage />} />
          <Route path="*" element={<Navigate to={ROUTES.incidents} replace />} />
        </Routes>
      </RouteBoundary>
    </QueryClientProvider>
  );
}
