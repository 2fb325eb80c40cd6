/** Maintenance that is on or announced. */
import { t } from '@grafana/i18n';
import { Badge } from '@grafana/ui';
import { type PlannedShape } from '../../api/types.gen';
import { Moment } from '../../components/Moment';
import { PlainTable } from '../../components/PlainTable';
import { Section } from '../../components/Section';

export function StatusMaintenance({ planned }: { planned: readonly PlannedShape[] }) {
  return (
    <Section title={t('status-page.maintenance-title', 'Maintenance')}>
      <PlainTable
        label={t('status-page.planned', 'Maintenance that is on or announced')}
        head={[
          t('status-page.what', 'What'),
          t('status-page.services', 'Services'),
          t('status-page.from', 'From'),
          t('status-page.until', 'Until'),
          '',
        ]}
        rows={planned.map((each) => ({
          key: `${each.title}${each.start}`,
          cells: [
            each.title,
            each.services.join(', ') || t('status-page.every-service', 'All'),
            <Moment key="start" at={each.start} />,
            <Moment key="end" at={each.end} />,
            each.on && <Badge key="on" color="blue" icon="wrench" text={t('status-page.on', 'Now')} />,
          ],
        }))}
      />
    </Section>
  );
}
