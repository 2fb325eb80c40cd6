/** A label with its value. Neutral: a colour beside severities would look as if it meant something. */
import { Badge } from '@grafana/ui';

export function LabelBadge({ name, value }: { name: string; value: string }) {
  const text = `${name}=${value}`;
  return <Badge color="darkgrey" text={text} />;
}
