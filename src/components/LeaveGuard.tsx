/** Asks before a page is left on which something is not saved. */
import { t } from '@grafana/i18n';
import { locationService } from '@grafana/runtime';
import { ConfirmModal } from '@grafana/ui';
import { useEffect, useRef, useState } from 'react';

interface LeaveGuardProps {
  /** Whether something would be lost. */
  unsaved: boolean;
}

export function LeaveGuard({ unsaved }: LeaveGuardProps) {
  const [wanted, setWanted] = useState<string | null>(null);
  const unblock = useRef<() => void>(undefined);
  useEffect(() => {
    if (!unsaved) {
      return undefined;
    }
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', warn);
    unblock.current = locationService
      .getHistory()
      .block(({ pathname, search }: { pathname: string; search: string }) => {
        if (pathname === window.location.pathname) {
          return undefined;
        }
        setWanted(pathname + search);
        return false;
      });
    return () => {
      window.removeEventListener('beforeunload', warn);
      unblock.current?.();
    };
  }, [unsaved]);
  return (
    <ConfirmModal
      isOpen={wanted !== null}
      title={t('leave.title', 'Leave without saving?')}
      body={t('leave.body', 'What you changed here will be lost.')}
      confirmText={t('leave.go', 'Leave')}
      dismissText={t('leave.stay', 'Stay')}
      onConfirm={() => {
        unblock.current?.();
        locationService.push(wanted ?? '/');
      }}
      onDismiss={() => setWanted(null)}
    />
  );
}
