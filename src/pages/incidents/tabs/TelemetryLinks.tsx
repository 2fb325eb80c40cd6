/** The ways on from what a tab shows: into Explore, and into the Drilldown app where Grafana has it. */
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Icon, type IconName, LinkButton, useStyles2 } from '@grafana/ui';
import { useCallback } from 'react';
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
        <WayButton to={explore} icon="compass">
          {t('tab.explore', 'Open in Explore')}
        </WayButton>
      )}
      {drilldown && hasApp && (
        <WayButton to={drilldown} icon="arrow-down">
          {t('tab.drilldown', 'Open in Drilldown')}
        </WayButton>
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
        <WayLink to={explore} icon="compass">
          {t('metrics.explore', 'Explore')}
        </WayLink>
      )}{' '}
      {drilldown && hasApp && (
        <WayLink to={drilldown} icon="arrow-down">
          {t('metrics.drilldown', 'Drilldown')}
        </WayLink>
      )}
    </>
  );
}

interface WayProps {
  /** An address that this app made: Grafana's own links decode theirs, and a filter with an ampersand would be cut off. */
  to: string;
  icon: IconName;
  children: string;
}

function WayLink({ to, icon, children }: WayProps) {
  const styles = useStyles2(getStyles);
  return (
    <a href={hrefOf(to)} className={styles.link}>
      {children}
      <Icon name={icon} size="xs" />
    </a>
  );
}

function WayButton({ to, icon, children }: WayProps) {
  const asItIs = useCallback((link: HTMLAnchorElement | null) => link?.setAttribute('href', hrefOf(to)), [to]);
  return (
    <LinkButton ref={asItIs} href={hrefOf(to)} variant="secondary" size="sm" icon={icon}>
      {children}
    </LinkButton>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  link: css({
    ...theme.typography.bodySmall,
    display: 'inline-flex',
    alignItems: 'center',
    gap: theme.spacing(0.5),
    color: theme.colors.text.link,
    '&:hover': { textDecoration: 'underline' },
  }),
});
