/** What stands where a source's answer would be, when nobody said where the source is. */
import { t } from '@grafana/i18n';
import { LinkButton } from '@grafana/ui';
import { type ReactNode } from 'react';
import { ApiError } from '../api/client';
import { pageUrl, ROUTES } from '../constants';
import { hrefOf } from '../lib/href';
import { NothingState } from './StateView';

/** A source that nobody configured is no failure: it says how to have it. Null for any other error. */
export function notConfigured(error: Error | null): ReactNode {
  if (!(error instanceof ApiError) || error.code !== 'source_not_configured') {
    return null;
  }
  return (
    <NothingState
      message={error.message}
      button={
        <LinkButton variant="secondary" icon="cog" href={hrefOf(pageUrl(ROUTES.settings))}>
          {t('tab.settings', 'Settings')}
        </LinkButton>
      }
    />
  );
}
