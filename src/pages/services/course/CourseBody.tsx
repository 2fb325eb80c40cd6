/** The panels, or in words why there is nothing to draw. */
import { t } from '@grafana/i18n';
import { LoadingState } from '@grafana/data';
import {
  type SceneComponentProps,
  type SceneFlexLayout,
  sceneGraph,
  SceneObjectBase,
  type SceneObjectState,
  SceneQueryRunner,
} from '@grafana/scenes';
import { notConfigured } from '../../../components/notConfigured';
import { FailedState, NothingState } from '../../../components/StateView';

interface CourseBodyState extends SceneObjectState {
  layout: SceneFlexLayout;
}

export class CourseBody extends SceneObjectBase<CourseBodyState> {
  static Component = CourseBodyView;
}

function CourseBodyView({ model }: SceneComponentProps<CourseBody>) {
  const { layout } = model.useState();
  const source = sceneGraph.getData(model);
  const { data } = source.useState();
  if (data?.state === LoadingState.Error) {
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- what a source throws Grafana still tells here only
    const error = asError(data.errors?.[0] ?? data.error);
    const again = source instanceof SceneQueryRunner ? () => source.runQueries() : undefined;
    return notConfigured(error) ?? <FailedState error={error} {...(again && { retry: again })} />;
  }
  if (data?.state === LoadingState.Done && data.series.every(({ length }) => length === 0)) {
    return (
      <NothingState message={t('course.nothing', 'Nothing was measured of this service in this time')}>
        {t('course.nothing-next', 'Choose another time, or see below what telemetry shows of it.')}
      </NothingState>
    );
  }
  return <layout.Component model={layout} />;
}

/** Grafana hands an error of a data source on as it was thrown. */
function asError(thrown: unknown): Error {
  if (thrown instanceof Error) {
    return thrown;
  }
  const { message } = (thrown ?? {}) as { message?: unknown };
  return new Error(typeof message === 'string' ? message : t('course.failed-unknown', 'The query failed'));
}
