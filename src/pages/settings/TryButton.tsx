/** Tries a rule on what has been, which may take a while; nothing is saved by it. */
import { Button } from '@grafana/ui';
import { type ReactNode } from 'react';

interface TryButtonProps {
  ready: boolean;
  busy: boolean;
  tooltip?: string;
  onClick: () => void;
  children: ReactNode;
}

export function TryButton({ ready, busy, tooltip, onClick, children }: TryButtonProps) {
  return (
    <Button
      type="button"
      variant="secondary"
      icon={busy ? 'spinner' : 'history'}
      disabled={!ready || busy}
      tooltip={tooltip}
      onClick={onClick}
    >
      {children}
    </Button>
  );
}
