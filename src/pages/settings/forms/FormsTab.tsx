/**
 * What incidents are made of: templates for their kinds, severities, the fields that all have,
 * the names of states, and by what their reports are made.
 */
import { Stack } from '@grafana/ui';
import { FieldList } from './FieldList';
import { ReportTemplate } from './ReportTemplate';
import { SeverityList } from './SeverityList';
import { StatusNameList } from './StatusNameList';
import { TemplateList } from './TemplateList';

export function FormsTab() {
  return (
    <Stack direction="column" gap={4}>
      <TemplateList />
      <SeverityList />
      <FieldList />
      <StatusNameList />
      <ReportTemplate />
    </Stack>
  );
}
