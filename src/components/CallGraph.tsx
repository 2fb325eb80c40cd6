/** Who calls whom, as a picture; the table beside it says the same to those who cannot see it. */
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { useStyles2, useTheme2 } from '@grafana/ui';
import { callPath, layered } from '../lib/layers';

export interface CallNode {
  id: string;
  hops: number;
  /** Its own telemetry shows trouble. */
  impaired: boolean;
}

interface CallGraphProps {
  label: string;
  center: string;
  nodes: readonly CallNode[];
  edges: ReadonlyArray<{ caller: string; callee: string; text: string }>;
}

const [WIDTH, HEIGHT] = [150, 32];

export function CallGraph({ label, center, nodes, edges }: CallGraphProps) {
  const styles = useStyles2(getStyles);
  const theme = useTheme2();
  const layout = layered(nodes, edges);
  const placed = new Map(layout.nodes.map((each) => [each.id, each]));
  return (
    <div className={styles.scroll}>
      <svg
        role="img"
        aria-label={label}
        viewBox={`0 0 ${layout.width} ${layout.height}`}
        style={{ width: layout.width, maxWidth: '100%', height: 'auto' }}
      >
        {edges.map((edge) => {
          const { caller, callee, text } = edge;
          const [from, to] = [placed.get(caller), placed.get(callee)];
          if (!from || !to || from === to) {
            return null;
          }
          const via = layout.via(edge);
          const [next = to] = via;
          return (
            <g key={`${caller}>${callee}`}>
              <path
                d={callPath(from, via, to, WIDTH / 2, HEIGHT / 2)}
                fill="none"
                stroke={theme.colors.border.strong}
                strokeWidth={1.5}
              />
              <text
                // Above the line, or beside one that leads up or down.
                x={(from.x + next.x) / 2 + (from.x === next.x ? 20 : 0)}
                y={(from.y + next.y) / 2 + (from.x === next.x ? 4 : -5)}
                className={styles.share}
              >
                {text}
              </text>
            </g>
          );
        })}
        {nodes.map(({ id, impaired }) => {
          const at = placed.get(id);
          return (
            at && (
              <g key={id} transform={`translate(${at.x - WIDTH / 2},${at.y - HEIGHT / 2})`}>
                <title>{id}</title>
                <rect
                  width={WIDTH}
                  height={HEIGHT}
                  rx={4}
                  fill={theme.colors.background.secondary}
                  stroke={
                    id === center
                      ? theme.colors.error.border
                      : impaired
                        ? theme.colors.warning.border
                        : theme.colors.border.strong
                  }
                  strokeWidth={id === center ? 2.5 : impaired ? 2 : 1}
                />
                <text x={WIDTH / 2} y={HEIGHT / 2 + 4} className={styles.name}>
                  {id.length > 20 ? `${id.slice(0, 19)}…` : id}
                </text>
              </g>
            )
          );
        })}
      </svg>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  scroll: css({ overflowX: 'auto' }),
  name: css({ fill: theme.colors.text.primary, fontSize: 12, textAnchor: 'middle' }),
  share: css({ fill: theme.colors.text.secondary, fontSize: 11, textAnchor: 'middle' }),
});
