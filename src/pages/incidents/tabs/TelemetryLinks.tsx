/** The ways on from what a tab shows: into Explore, and into the Drilldown app where Grafana has it. */
import { t } from '@grafana/i18n';
import { LinkButton, TextLink } from '@grafana/ui';
import { useHasApp } from '../../../api/grafanaApps';
import { DRILLDOWN_APPS } from '../../../lib/drilldown';
import { type System } from '../../../lib/explore';
import { hrefOf } from '../../../lib/href';

export interface WaysOn {
  system: System;
  /** Null: there is nothing to open, or no data source that could answer. */
  explore: string | null;
  drilldown: string | null;
}

/** Buttons for the whole of a tab. */
export function TelemetryButtons({ system, explore, drilldown }: WaysOn) {
  const hasApp = useHasApp(DRILLDOWN_APPS[system]);
  return (
    <>
      {explore && (
        <LinkButton href={hrefOf(explore)} variant="secondary" size="sm" icon="compass">
          {t('tab.explore', 'Open in Explore')}
        </LinkButton>
      )}
      {drilldown && hasApp && (
        <LinkButton href={hrefOf(drilldown)} variant="secondary" size="sm" icon="arrow-down">
          {t('tab.drilldown', 'Open in Drilldown')}
        </LinkButton>
      )}
    </>
  );
}

/** Links for one row of it. */
export function TelemetryLinks({ system, explore, drilldown }: WaysOn) {
  const hasApp = useHasApp(DRILLDOWN_APPS[system]);
  return (
    <>
      {explore && (
        <TextLink href={explore} inline icon="compass" variant="bodySmall">
          {t('metrics.explore', 'Explore')}
        </TextLink>
      )}{' '}
      {drilldown && hasApp && (
        <TextLink href={drilldown} inline icon="arrow-down" variant="bodySmall">
          {t('metrics.drilldown', 'Drilldown')}
        </TextLink>
      )}
    </>
  );
}
