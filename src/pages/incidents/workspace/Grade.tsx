/** Whether the answer was right: asked once the incident is over, because the checks learn their precision from it. */
import { t } from '@grafana/i18n';
import { Button, Stack, Text } from '@grafana/ui';
import { useGradeInvestigation } from '../../../api/investigation';
import { type InvestigationShape } from '../../../api/types.gen';
import { Moment } from '../../../components/Moment';

interface GradeProps {
  investigation: InvestigationShape;
  ended: boolean;
  readOnly: boolean;
}

export function Grade({ investigation, ended, readOnly }: GradeProps) {
  const grade = useGradeInvestigation(investigation.incident);
  const given = investigation.grade;
  const named = investigation.answer?.causes.some((each) => each.named) ?? false;
  if (given) {
    return (
      <Text variant="bodySmall" color="secondary">
        {given.right
          ? t('grade.right', 'Right, says {{- who}}', { who: given.by })
          : t('grade.wrong', 'Wrong, says {{- who}}', { who: given.by })}{' '}
        <Moment at={given.at} as="relative" /> {given.note}
      </Text>
    );
  }
  if (!ended || readOnly || !named) {
    return null;
  }
  return (
    <Stack gap={1} alignItems="center">
      <Text variant="bodySmall" color="secondary">
        {t('grade.ask', 'Was this the cause?')}
      </Text>
      <Button size="sm" variant="secondary" disabled={grade.isPending} onClick={() => grade.mutate({ right: true })}>
        {t('grade.yes', 'Yes')}
      </Button>
      <Button size="sm" variant="secondary" disabled={grade.isPending} onClick={() => grade.mutate({ right: false })}>
        {t('grade.no', 'No')}
      </Button>
    </Stack>
  );
}
