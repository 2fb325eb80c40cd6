/** What a list of the settings is for, and the button that adds to it. */
import { Button, Stack, Text } from '@grafana/ui';

interface ListHeadProps {
  children: string;
  /** Absent for those who may only read. */
  add?: { label: string; onClick: () => void };
}

export function ListHead({ children, add }: ListHeadProps) {
  return (
    <Stack justifyContent="space-between" alignItems="flex-start" gap={2}>
      <Text color="secondary">{children}</Text>
      {add && (
        <div style={{ flexShrink: 0 }}>
          <Button icon="plus" onClick={add.onClick}>
            {add.label}
          </Button>
        </div>
      )}
    </Stack>
  );
}
