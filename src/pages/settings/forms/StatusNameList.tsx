/**
 * What the states of incidents are called here, and own states within them. The built-in states themselves, and what
 * may follow what, stay as they are.
 */
import { t } from '@grafana/i18n';
import { Alert, Button, Field, Input, Stack, Text } from '@grafana/ui';
import { useState } from 'react';
import { useSaveStatusNames, useStatusNames } from '../../../api/statuses';
import { type StatusNameShape, type StatusNamesShape } from '../../../api/types.gen';
import { problemAt } from '../../../components/FieldErrors';
import { Moment } from '../../../components/Moment';
import { PlainTable } from '../../../components/PlainTable';
import { RefusedState, StateView } from '../../../components/StateView';
import { statusText } from '../../../components/StatusBadge';
import { signedIn } from '../../../lib/role';
import { ListHead } from '../ListHead';
import { draftOf, inputOf, leaving, type StageDraft } from './stageDraft';
import { StageTable } from './StageTable';

export function StatusNameList() {
  const names = useStatusNames();
  return (
    <section aria-labelledby="status-names">
      <Stack direction="column" gap={1}>
        <Text element="h3" variant="h4" id="status-names">
          {t('status-names.title', 'States')}
        </Text>
        <ListHead>
          {t(
            'status-names.hint',
            'What people here call the states of incidents. An empty name is the built-in one. Own states divide a built-in state further: it begins in its first one. Steps, milestones, queries and webhooks do not change.'
          )}
        </ListHead>
        <StateView query={names}>
          {/* A version that somebody else saved replaces the form. */}
          {(found) => <StatusNameForm key={found.version} names={found} />}
        </StateView>
      </Stack>
    </section>
  );
}

function StatusNameForm({ names }: { names: StatusNamesShape }) {
  const save = useSaveStatusNames();
  const { isAdmin } = signedIn();
  const [draft, setDraft] = useState(names.statuses);
  const [unchanged] = useState(() => draftOf(names.stages));
  const [stages, setStages] = useState<readonly StageDraft[]>(unchanged);
  const gone = leaving(stages, names.stages);
  const change = (index: number, part: Partial<StatusNameShape>) =>
    setDraft(draft.map((each, i) => (i === index ? { ...each, ...part } : each)));
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate({ statuses: draft, stages: inputOf(stages), version: names.version });
      }}
    >
      <Stack direction="column" gap={2}>
        {save.error && <RefusedState error={save.error} />}
        <PlainTable
          label={t('status-names.table', 'States and what they are called')}
          head={[
            t('status-names.state', 'State'),
            t('status-names.name', 'Name here'),
            t('status-names.meaning', 'When an incident is in it'),
          ]}
          rows={draft.map((each, index) => ({
            key: each.status,
            cells: isAdmin
              ? [
                  statusText(each.status),
                  <Field key="label" noMargin {...problemAt(save.error, `statuses.${index}.label`)}>
                    <Input
                      width={26}
                      maxLength={30}
                      aria-label={t('status-names.name-of', '{{- state}} is called', {
                        state: statusText(each.status),
                      })}
                      placeholder={statusText(each.status)}
                      value={each.label}
                      onChange={(event) => change(index, { label: event.currentTarget.value })}
                    />
                  </Field>,
                  <Field key="meaning" noMargin {...problemAt(save.error, `statuses.${index}.meaning`)}>
                    <Input
                      width={60}
                      maxLength={300}
                      aria-label={t('status-names.meaning-of', '{{- state}} means', {
                        state: statusText(each.status),
                      })}
                      value={each.meaning}
                      onChange={(event) => change(index, { meaning: event.currentTarget.value })}
                    />
                  </Field>,
                ]
              : [statusText(each.status), each.label || '–', each.meaning || '–'],
          }))}
        />
        <StageTable
          stages={stages}
          canEdit={isAdmin}
          problem={(position, field) => problemAt(save.error, `stages.${position}.${field}`)}
          onChange={setStages}
        />
        {gone.length > 0 && (
          <Alert severity="info" title={t('stages.leaving', 'Incidents leave their own state')}>
            {gone.map(({ id, label, status, incidents }) => (
              <div key={id}>
                {t('stages.falls-back', '{{- label}}: {{- count}} stay in {{- state}}', {
                  label,
                  count: incidents,
                  state: draft.find((each) => each.status === status)?.label || statusText(status),
                })}
              </div>
            ))}
          </Alert>
        )}
        <Stack gap={2} alignItems="center">
          {isAdmin && (
            <Button
              type="submit"
              disabled={(draft === names.statuses && stages === unchanged) || save.isPending}
              icon={save.isPending ? 'spinner' : 'save'}
            >
              {t('status-names.save', 'Save names')}
            </Button>
          )}
          {names.updatedAt && (
            <Text color="secondary" variant="bodySmall">
              {t('status-names.changed', 'Changed by {{- by}} ', { by: names.updatedBy })}
              <Moment at={names.updatedAt} as="relative" />
            </Text>
          )}
        </Stack>
      </Stack>
    </form>
  );
}
