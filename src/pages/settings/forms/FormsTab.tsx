/** What incidents are made of: the fields that all of them have, and templates for their kinds. */
import { Stack } from '@grafana/ui';
import { FieldList } from './FieldList';
import { TemplateList } from './TemplateList';

export function FormsTab() {
  return (
    <Stack direction="column" gap={4}>
      <TemplateList />
      <FieldList />
    </Stack>
  );
}
