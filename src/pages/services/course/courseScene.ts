/** A service's numbers over a time that people choose: panels of Grafana, one query, a time range in the address. */
import { type DataFrame } from '@grafana/data';
import {
  EmbeddedScene,
  PanelBuilders,
  SceneControlsSpacer,
  SceneDataTransformer,
  SceneFlexItem,
  SceneFlexLayout,
  SceneQueryRunner,
  SceneRefreshPicker,
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
    controls: [
      new SceneControlsSpacer(),
      new SceneTimePicker({ isOnCanvas: true }),
      // Never more often than every half a minute.
      new SceneRefreshPicker({ intervals: ['1m', '5m', '15m'], refresh: '1m', isOnCanvas: true }),
    ],
    body: new CourseBody({
      layout: new SceneFlexLayout({
        direction: 'row',
        wrap: 'wrap',
        children: PANELS.map((panel) => new SceneFlexItem({ minWidth: 280, height: PANEL_HEIGHT, body: vizOf(panel) })),
      }),
    }),
  });
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
