/** A service's measured course as data frames: one for each panel, with units and colours of their own. */
import { type DataFrame, FieldType } from '@grafana/data';
import { t } from '@grafana/i18n';
import { type MetricCourseShape, type MetricPointShape } from '../../../api/types.gen';

export const PANELS = ['errors', 'latency', 'requests'] as const;
export type CoursePanel = (typeof PANELS)[number];

interface Line {
  measure: Exclude<keyof MetricPointShape, 'at'>;
  name: string;
  /** A name of the theme's palette. */
  color: string;
}

const linesOf = (panel: CoursePanel): { unit: string; lines: Line[] } =>
  ({
    errors: {
      unit: 'percent',
      lines: [{ measure: 'errorRate' as const, name: t('course.failed', 'failed'), color: 'red' }],
    },
    latency: {
      unit: 'ms',
      lines: [
        { measure: 'p50' as const, name: 'p50', color: 'green' },
        { measure: 'p95' as const, name: 'p95', color: 'blue' },
        { measure: 'p99' as const, name: 'p99', color: 'purple' },
      ],
    },
    requests: {
      unit: 'reqps',
      lines: [{ measure: 'requestRate' as const, name: t('course.requests', 'requests'), color: 'blue' }],
    },
  })[panel];

export function panelTitle(panel: CoursePanel): string {
  const titles: Record<CoursePanel, string> = {
    errors: t('course.errors-title', 'Failed requests'),
    latency: t('course.latency-title', 'Latency'),
    requests: t('course.requests-title', 'Requests'),
  };
  return titles[panel];
}

/** What was not measured stays a gap; a panel of which nothing was measured has no rows. */
export function courseFrame(panel: CoursePanel, { points }: Pick<MetricCourseShape, 'points'>): DataFrame {
  const { unit, lines } = linesOf(panel);
  const isMeasured = points.some((point) => lines.some(({ measure }) => point[measure] !== null));
  const shown = isMeasured ? points : [];
  return {
    refId: panel,
    name: panel,
    length: shown.length,
    fields: [
      { name: 'time', type: FieldType.time, config: {}, values: shown.map(({ at }) => Date.parse(at)) },
      ...lines.map(({ measure, name, color }) => ({
        name,
        type: FieldType.number,
        config: { displayName: name, unit, color: { mode: 'fixed', fixedColor: color } },
        values: shown.map((point) => point[measure]),
      })),
    ],
  };
}
