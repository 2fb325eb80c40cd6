/** An SLO made of others: which, and how much each of them weighs. */
import { t } from '@grafana/i18n';
import { Combobox, Field, Input, RadioButtonGroup } from '@grafana/ui';
import { useQuery } from '@tanstack/react-query';
import { worstSlosQuery } from '../../../api/slos';
import { type Combine } from '../../../api/types.gen';
import { problemAt } from '../../../components/FieldErrors';
import { RowList } from '../../../components/RowList';
import { type FieldsProps, problemOfWhole } from './fields';
import { MOST_MEMBERS, NEW_MEMBER } from './indicator';

/** As many as one answer holds; others are chosen by their id. */
const OFFERED = 500;

export function CompositeFields({ form, change, error }: FieldsProps) {
  const slos = useQuery(worstSlosQuery(OFFERED));
  const offered = (slos.data?.items ?? [])
    .filter(({ indicator }) => indicator.type !== 'composite')
    .map(({ id, service, name }) => ({ value: id, label: `${service} / ${name}` }))
    .sort((a, b) => a.label.localeCompare(b.label));
  const weighs = form.combine === 'mean';
  return (
    <>
      <Field
        noMargin
        label={t('slo-edit.combine', 'Put together as')}
        description={howText(form.combine)}
        {...problemAt(error, 'indicator.combine')}
      >
        <RadioButtonGroup<Combine>
          options={[
            { value: 'mean', label: t('slo-edit.mean', 'Weighted mean') },
            { value: 'pooled', label: t('slo-edit.pooled', 'All events added up') },
            { value: 'worst', label: t('slo-edit.worst', 'Worst of them') },
          ]}
          value={form.combine}
          onChange={(combine) => change({ combine })}
        />
      </Field>
      <RowList
        rows={form.members}
        onChange={(members) => change({ members })}
        fresh={NEW_MEMBER}
        most={MOST_MEMBERS}
        addLabel={t('slo-edit.add-member', 'Add an SLO')}
        removeLabel={({ sloId }) =>
          t('slo-edit.remove-member', 'Take out {{- slo}}', {
            slo: offered.find(({ value }) => value === sloId)?.label ?? sloId,
          })
        }
        alignItems="flex-end"
      >
        {(member, put, at) => (
          <>
            <Field
              noMargin
              label={t('slo-edit.member', 'SLO {{- number}}', { number: at + 1 })}
              {...problemOfWhole(error, `indicator.members[${at}]`)}
              {...problemAt(error, `indicator.members[${at}].sloId`)}
            >
              <Combobox
                id={`slo-member-${at}`}
                width={44}
                options={offered}
                loading={slos.isPending}
                placeholder={t('slo-edit.choose-member', 'Choose an SLO')}
                value={member.sloId || null}
                createCustomValue
                onChange={({ value }) => put({ sloId: value })}
              />
            </Field>
            {weighs && (
              <Field
                noMargin
                label={t('slo-edit.weight', 'Weight')}
                {...problemAt(error, `indicator.members[${at}].weight`)}
              >
                <Input
                  id={`slo-weight-${at}`}
                  width={12}
                  inputMode="decimal"
                  value={member.weight}
                  onChange={(event) => put({ weight: event.currentTarget.value })}
                />
              </Field>
            )}
          </>
        )}
      </RowList>
    </>
  );
}

function howText(combine: Combine): string {
  const texts: Record<Combine, string> = {
    mean: t('slo-edit.mean-how', 'Each SLO counts as much as its weight says, however many events it has'),
    pooled: t('slo-edit.pooled-how', 'Each SLO counts as much as it has events; for SLOs whose budget is events'),
    worst: t('slo-edit.worst-how', 'The SLO that reaches least decides, in every window anew'),
  };
  return texts[combine];
}
