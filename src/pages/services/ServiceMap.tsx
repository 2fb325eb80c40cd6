/** Who calls whom: a drawing, callers to the left, and the same as a table that can be read aloud. */
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Stack, Text, useStyles2, useTheme2 } from '@grafana/ui';
import { Link } from 'react-router-dom';
import { type ServiceShape } from '../../api/types.gen';
import { healthColor, healthText } from '../../components/HealthBadge';
import { PlainTable } from '../../components/PlainTable';
import { ServiceLink } from '../../components/ServiceLink';
import { pageUrl, ROUTES } from '../../constants';
import { depths } from '../../lib/depths';
import { callPath, type LayerEdge, type Layout, layered } from '../../lib/layers';
import { healthOf } from './health';

const [WIDTH, HEIGHT] = [168, 36];

/** Everything that a service calls, declared or seen. */
export function callsOf(service: ServiceShape): string[] {
  return [...new Set([...service.dependsOn, ...service.discovered])].sort();
}

export function ServiceMap({ services }: { services: readonly ServiceShape[] }) {
  const calls = new Map(services.map((each) => [each.name, callsOf(each)]));
  const hops = depths(calls);
  const edges = services.flatMap(({ name, dependsOn }) =>
    (calls.get(name) ?? [])
      .filter((callee) => calls.has(callee))
      .map((callee) => ({ caller: name, callee, declared: dependsOn.includes(callee) }))
  );
  const layout = layered(
    services.map(({ name }) => ({ id: name, hops: hops.get(name) ?? 0 })),
    edges
  );
  return (
    <Stack direction="column" gap={2}>
      <Drawing services={services} layout={layout} edges={edges} />
      <Text color="secondary" variant="bodySmall">
        {t(
          'services.map-legend',
          'An arrow leads from who calls to who is called; dashed ones were seen in telemetry.'
        )}
      </Text>
      <CallTable services={services} />
    </Stack>
  );
}

interface DrawingProps {
  services: readonly ServiceShape[];
  layout: Layout;
  edges: ReadonlyArray<LayerEdge & { declared: boolean }>;
}

function Drawing({ services, layout, edges }: DrawingProps) {
  const styles = useStyles2(getStyles);
  const theme = useTheme2();
  const known = new Map(services.map((each) => [each.name, each]));
  const placed = new Map(layout.nodes.map((each) => [each.id, each]));
  return (
    <div className={styles.scroll}>
      <svg
        role="group"
        aria-label={t('services.map-label', 'Map of services')}
        viewBox={`0 0 ${layout.width} ${layout.height}`}
        style={{ width: layout.width, height: layout.height }}
      >
        <defs>
          <marker id="call" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto">
            <path d="M0,0L8,4L0,8Z" fill={theme.colors.border.strong} />
          </marker>
        </defs>
        {edges.map((edge) => {
          const [from, to] = [placed.get(edge.caller), placed.get(edge.callee)];
          return (
            from &&
            to && (
              <path
                key={`${from.id}>${to.id}`}
                // Room for the point of the arrow.
                d={callPath(from, layout.via(edge), to, WIDTH / 2 + 2, HEIGHT / 2 + 2)}
                fill="none"
                stroke={theme.colors.border.strong}
                strokeWidth={1.5}
                strokeDasharray={edge.declared ? undefined : '5 3'}
                markerEnd="url(#call)"
              />
            )
          );
        })}
        {layout.nodes.map(({ id, x, y }) => {
          const service = known.get(id);
          const health = service ? healthOf(service) : 'healthy';
          return (
            <Link
              key={id}
              to={pageUrl(ROUTES.services, id)}
              className={styles.node}
              aria-label={t('services.node', '{{- name}}: {{- health}}', {
                name: id,
                health: healthText(health),
              })}
            >
              <g transform={`translate(${x - WIDTH / 2},${y - HEIGHT / 2})`}>
                <title>{id}</title>
                <rect
                  width={WIDTH}
                  height={HEIGHT}
                  rx={4}
                  fill={theme.colors.background.secondary}
                  stroke={theme.colors.border.strong}
                />
                <rect width={5} height={HEIGHT} rx={2} fill={healthColor(health, theme)} />
                <text x={14} y={HEIGHT / 2 + 4} className={styles.name}>
                  {cut(id)}
                </text>
              </g>
            </Link>
          );
        })}
      </svg>
    </div>
  );
}

/** As much of a name as fits its box. */
function cut(name: string): string {
  return name.length > 22 ? `${name.slice(0, 21)}…` : name;
}

function CallTable({ services }: { services: readonly ServiceShape[] }) {
  const links = (names: readonly string[]) => (
    <Stack gap={1} wrap="wrap">
      {names.length === 0 ? t('services.nobody', '–') : names.map((name) => <ServiceLink key={name} name={name} />)}
    </Stack>
  );
  return (
    <PlainTable
      label={t('services.calls', 'Who calls whom')}
      head={[
        t('services.name', 'Service'),
        t('services.health', 'Health'),
        t('services.calls-whom', 'Calls'),
        t('services.called-by', 'Is called by'),
      ]}
      rows={services.map((service) => ({
        key: service.name,
        cells: [
          <ServiceLink key="name" name={service.name} />,
          healthText(healthOf(service)),
          links(callsOf(service)),
          links(service.dependents),
        ],
      }))}
    />
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  scroll: css({
    maxHeight: '60vh',
    overflow: 'auto',
    padding: theme.spacing(1),
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
  }),
  node: css({
    outline: 'none',
    '&:focus-visible rect:first-of-type': { stroke: theme.colors.primary.border, strokeWidth: 3 },
    '&:hover rect:first-of-type': { fill: theme.colors.emphasize(theme.colors.background.secondary, 0.06) },
  }),
  name: css({ fill: theme.colors.text.primary, fontSize: 12 }),
});
