/** How a row of a settings table names itself: the name, what is special about it, and a line about it. */
import { Stack, Text } from '@grafana/ui';
import { type ReactNode } from 'react';

interface RowNameProps {
  name: string;
  /** A line beneath; none when it is empty. */
  about: string;
  /** Badges beside the name. */
  children?: ReactNode;
}

export function RowName({ name, about, children }: RowNameProps) {
  return (
    <Stack direction="column" gap={0}>
      <Stack alignItems="center" gap={1} wrap="wrap">
        <Text weight="medium">{name}</Text>
        {children}
      </Stack>
      {about && (
        <Text variant="bodySmall" color="secondary">
          {about}
        </Text>
      )}
    </Stack>
  );
}
