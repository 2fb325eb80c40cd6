/** A service's numbers over a time that people choose: panels of Grafana, one query, a time range in the address. */
import { type DataFrame } from '@grafana/data';
import {
  EmbeddedScene,
  PanelBuilders,
  SceneControlsSpacer,
  SceneDataTransformer,
  SceneFlexItem,
  SceneFlexLayout,
  sceneGraph,
  type SceneObject,
  SceneQueryRunner,
  SceneTimePicker,
  SceneTimeRange,
  sceneUtils,
} from '@grafana/scenes';
import { map, type Observable } from 'rxjs';
import { CourseBody } from './CourseBody';
import { type CoursePanel, PANELS, panelTitle } from './courseFrames';
import { COURSE_SOURCE, courseQueries, CourseSource } from './CourseSource';

/** Pixels; the page keeps this much free while the code comes. */
export const PANEL_HEIGHT = 240;

const MINUTE = 60_000;

let registered = false;

export function courseScene(service: string): EmbeddedScene {
  if (!registered) {
    sceneUtils.registerRuntimeDataSource({ dataSource: new CourseSource() });
    registered = true;
  }
  return new EmbeddedScene({
    $timeRange: new SceneTimeRange({ from: 'now-3h', to: 'now' }),
    $data: new SceneQueryRunner({
      datasource: { type: COURSE_SOURCE, uid: COURSE_SOURCE },
      queries: courseQueries(service),
    }),
    controls: [new SceneControlsSpacer(), new SceneTimePicker({ isOnCanvas: true })],
    $behaviors: [eachMinute],
    body: new CourseBody({
      layout: new SceneFlexLayout({
        direction: 'row',
        wrap: 'wrap',
        children: PANELS.map((panel) => new SceneFlexItem({ minWidth: 280, height: PANEL_HEIGHT, body: vizOf(panel) })),
      }),
    }),
  });
}

/**
 * Asks again while somebody looks and the time ends now. Not by Grafana's refresh picker: its button has no name for
 * those who hear the page, and an interval that people choose may be shorter than half a minute.
 */
function eachMinute(scene: SceneObject): () => void {
  const timer = setInterval(() => {
    const range = sceneGraph.getTimeRange(scene);
    if (range.state.to.startsWith('now') && document.visibilityState === 'visible') {
      range.onRefresh();
    }
  }, MINUTE);
  return () => clearInterval(timer);
}

function vizOf(panel: CoursePanel) {
  const own = () => (frames: Observable<DataFrame[]>) =>
    frames.pipe(map((all) => all.filter(({ refId }) => refId === panel)));
  return PanelBuilders.timeseries()
    .setTitle(panelTitle(panel))
    .setData(new SceneDataTransformer({ transformations: [own] }))
    .setMin(0)
    .setCustomFieldConfig('fillOpacity', 8)
    .build();
}
