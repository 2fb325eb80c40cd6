/** What incidents are made of: templates for their kinds, the fields that all of them have, the names of their states. */
import { Stack } from '@grafana/ui';
import { FieldList } from './FieldList';
import { StatusNameList } from './StatusNameList';
import { TemplateList } from './TemplateList';

export function FormsTab() {
  return (
    <Stack direction="column" gap={4}>
      <TemplateList />
      <FieldList />
      <StatusNameList />
    </Stack>
  );
}
