/** Give a check that ships another threshold. */
import { t } from '@grafana/i18n';
import { Field, Input } from '@grafana/ui';
import { useState } from 'react';
import { useTuneCheck } from '../../../api/checks';
import { type CheckShape } from '../../../api/types.gen';
import { problemAt } from '../../../components/FieldErrors';
import { FormDrawer } from '../FormDrawer';
import { NumberField } from '../NumberField';

interface TuneDrawerProps {
  check: CheckShape;
  onClose: () => void;
}

export function TuneDrawer({ check, onClose }: TuneDrawerProps) {
  const tune = useTuneCheck();
  const [threshold, setThreshold] = useState(check.threshold ?? 0);
  const [points, setPoints] = useState(check.points ?? 1);
  return (
    <FormDrawer
      title={check.title}
      subtitle={check.id}
      onClose={onClose}
      size="sm"
      error={tune.error}
      ready
      busy={tune.isPending}
      onSubmit={() => {
        const tuning = { enabled: check.enabled, threshold, points };
        tune.mutate({ id: check.id, tuning }, { onSuccess: onClose });
      }}
    >
      <Field
        label={
          check.unit
            ? t('tune.threshold-unit', 'Threshold ({{- unit}})', { unit: check.unit })
            : t('tune.threshold', 'Threshold')
        }
        description={t('tune.op', 'It finds something when the value is {{- op}} this', { op: check.op ?? '>' })}
        {...problemAt(tune.error, 'threshold')}
      >
        <Input
          type="number"
          step="any"
          width={20}
          value={threshold}
          onChange={(event) => setThreshold(event.currentTarget.valueAsNumber || 0)}
        />
      </Field>
      <NumberField
        label={t('tune.points', 'At this many points of the window')}
        min={1}
        value={points}
        onChange={setPoints}
        problem={problemAt(tune.error, 'points')}
      />
    </FormDrawer>
  );
}
