/** A drawer with one form in it: why it was refused, the fields, and the buttons that end it. */
import { t } from '@grafana/i18n';
import { Button, Drawer, Stack } from '@grafana/ui';
import { type ReactNode } from 'react';
import { RefusedState } from '../../components/StateView';

interface FormDrawerProps {
  title: string;
  subtitle?: string;
  size?: 'sm' | 'md';
  /** What the last try came to; fields show their own part of it. */
  error: Error | null;
  /** Says what was not done, where that is not the saving. */
  errorTitle?: string;
  ready: boolean;
  busy: boolean;
  onSubmit: () => void;
  onClose: () => void;
  /** Buttons between those that save and cancel. */
  actions?: ReactNode;
  /** What such a button brought: below the form, as it is no part of it. */
  outcome?: ReactNode;
  children: ReactNode;
}

export function FormDrawer({
  title,
  subtitle,
  size = 'md',
  error,
  errorTitle,
  ready,
  busy,
  onSubmit,
  onClose,
  actions,
  outcome,
  children,
}: FormDrawerProps) {
  return (
    <Drawer title={title} subtitle={subtitle} onClose={onClose} size={size}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit();
        }}
      >
        {error && <RefusedState error={error} {...(errorTitle && { title: errorTitle })} />}
        {children}
        <Stack gap={1} wrap="wrap">
          <Button type="submit" disabled={!ready || busy} icon={busy ? 'spinner' : undefined}>
            {t('form.save', 'Save')}
          </Button>
          {actions}
          <Button type="button" variant="secondary" onClick={onClose}>
            {t('form.cancel', 'Cancel')}
          </Button>
        </Stack>
      </form>
      {outcome}
    </Drawer>
  );
}
