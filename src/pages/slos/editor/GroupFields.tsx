/** By which labels the SLO is told apart as well. */
import { t } from '@grafana/i18n';
import { Field, Input, TagsInput } from '@grafana/ui';
import { problemAt } from '../../../components/FieldErrors';
import { type FieldsProps } from './fields';

export function GroupFields({ form, change, error }: FieldsProps) {
  return (
    <>
      <Field
        noMargin
        label={t('slo-edit.groups', 'Also told apart by')}
        description={
          form.kind === 'share'
            ? t(
                'slo-edit.groups-share-how',
                'Up to three labels that the answer keeps, by (label). A slice is good when it is good for each of their values.'
              )
            : form.kind === 'query'
              ? t(
                  'slo-edit.groups-query-how',
                  'Up to three labels that both answers have, by (label). Each of their values gets a budget and an alert.'
                )
              : t(
                  'slo-edit.groups-how',
                  'Up to three labels of the series. Each of their values gets a budget and an alert of its own.'
                )
        }
        {...problemAt(error, 'groupBy')}
      >
        <TagsInput
          id="slo-groups"
          placeholder={t('slo-edit.groups-like', 'cluster')}
          tags={form.groupBy}
          onChange={(groupBy) => change({ groupBy })}
          addOnBlur
        />
      </Field>
      {form.groupBy.length > 0 && (
        <Field
          noMargin
          label={t('slo-edit.max-groups', 'Groups at most')}
          description={t('slo-edit.max-groups-how', 'The largest first; what is left out is part of the whole.')}
          {...problemAt(error, 'maxGroups')}
        >
          <Input
            id="slo-max-groups"
            width={12}
            inputMode="numeric"
            value={form.maxGroups}
            onChange={(event) => change({ maxGroups: event.currentTarget.value })}
          />
        </Field>
      )}
    </>
  );
}
