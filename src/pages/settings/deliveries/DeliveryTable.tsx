/** Messages with what became of each. */
import { t } from '@grafana/i18n';
import { Button, Stack, Text, TextLink } from '@grafana/ui';
import { useSendAgain } from '../../../api/deliveries';
import { type DeliveryShape } from '../../../api/types.gen';
import { Moment } from '../../../components/Moment';
import { PlainTable } from '../../../components/PlainTable';
import { pageUrl, ROUTES } from '../../../constants';
import { DeliveryState } from './DeliveryState';

export function DeliveryTable({ deliveries }: { deliveries: readonly DeliveryShape[] }) {
  const again = useSendAgain();
  return (
    <PlainTable
      label={t('deliveries.label', 'Messages')}
      head={[
        t('deliveries.when', 'When'),
        t('deliveries.target', 'Target'),
        t('deliveries.message', 'Message'),
        t('deliveries.result', 'Result'),
        '',
      ]}
      rows={deliveries.map((each) => ({
        key: String(each.id),
        cells: [
          <Moment key="when" at={each.createdAt} />,
          each.target,
          <Message key="message" delivery={each} />,
          <Result key="result" delivery={each} />,
          each.state === 'waiting' ? null : (
            <Button
              key="again"
              size="sm"
              variant="secondary"
              icon="repeat"
              disabled={again.isPending}
              aria-label={t('deliveries.again-name', 'Send again: {{- headline}} to {{- target}}', {
                headline: each.headline,
                target: each.target,
              })}
              onClick={() => again.mutate(each.id)}
            >
              {t('deliveries.again', 'Send again')}
            </Button>
          ),
        ],
      }))}
    />
  );
}

function Message({ delivery }: { delivery: DeliveryShape }) {
  return (
    <Stack direction="column" gap={0}>
      <span>{delivery.headline || t('deliveries.unreadable', 'a message of a later version')}</span>
      <Text variant="bodySmall" color="secondary">
        {delivery.news}{' '}
        {delivery.incident && (
          <TextLink href={pageUrl(ROUTES.incidents, delivery.incident)} variant="bodySmall">
            {delivery.incident}
          </TextLink>
        )}
      </Text>
    </Stack>
  );
}

function Result({ delivery }: { delivery: DeliveryShape }) {
  const { state, attempts, problem, nextAt, doneAt } = delivery;
  return (
    <Stack direction="column" gap={0.5}>
      <Stack gap={1} alignItems="center" wrap="wrap">
        <DeliveryState state={state} />
        <Text variant="bodySmall" color="secondary">
          {t('deliveries.tries', '{{- count}} tries', { count: attempts, defaultValue_one: '{{- count}} try' })}
          {doneAt && (
            <>
              {' · '}
              <Moment at={doneAt} as="relative" />
            </>
          )}
          {state === 'waiting' && nextAt && (
            <>
              {' · '}
              {t('deliveries.next', 'next')} <Moment at={nextAt} as="relative" />
            </>
          )}
        </Text>
      </Stack>
      {problem && <Text variant="bodySmall">{problem}</Text>}
    </Stack>
  );
}
