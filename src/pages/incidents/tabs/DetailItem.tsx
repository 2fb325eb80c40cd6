/** One thing that is known about an incident, under its name. */
import { Text } from '@grafana/ui';
import { type ReactNode } from 'react';

export function DetailItem({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <Text variant="bodySmall" color="secondary" element="h3">
        {name}
      </Text>
      <div>{children}</div>
    </div>
  );
}
