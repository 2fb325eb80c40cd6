/** What the service fails, takes and gets over time. The code of its panels is large and comes by itself. */
import { css } from '@emotion/css';
import { t } from '@grafana/i18n';
import { useStyles2 } from '@grafana/ui';
import { lazy, Suspense } from 'react';
import { LoadingState } from '../../components/StateView';
import { Section } from '../../components/Section';

const Course = lazy(() => import('./course/Course'));

export function ServiceCourse({ name }: { name: string }) {
  const styles = useStyles2(getStyles);
  return (
    <Section title={t('course.title', 'Over time')}>
      <div className={styles.room}>
        <Suspense fallback={<LoadingState lines={6} />}>
          <Course key={name} service={name} />
        </Suspense>
      </div>
    </Section>
  );
}

/** Controls and panels: nothing below them moves when they come. */
const getStyles = () => ({ room: css({ minHeight: 288 }) });
