/** Settings of the data source: there are none, which it says, and a check that shows what it found. */
import { type DataSourceJsonData, type DataSourcePluginOptionsEditorProps } from '@grafana/data';
import { t, Trans } from '@grafana/i18n';
import { DataSourceWithBackend, getDataSourceSrv } from '@grafana/runtime';
import { Alert, Button, Stack, Text, TextLink } from '@grafana/ui';
import { useState } from 'react';
import { pageUrl } from '../constants';

type Props = DataSourcePluginOptionsEditorProps<DataSourceJsonData>;

interface Checked {
  good: boolean;
  message: string;
}

export function ConfigEditor({ options }: Props) {
  const [checked, setChecked] = useState<Checked | null>(null);
  const [isChecking, setChecking] = useState(false);
  const check = async () => {
    setChecking(true);
    setChecked(await healthOf(options.uid));
    setChecking(false);
  };
  return (
    <Stack direction="column" gap={2} alignItems="flex-start">
      <Text element="p">
        <Trans i18nKey="config.nothing">
          Nothing to set here: this data source reads what the Reliability Studio app has stored.
        </Trans>
      </Text>
      <TextLink href={pageUrl('settings')}>
        {t('config.app', 'Sources, rules and storage are settings of the app')}
      </TextLink>
      <Button variant="secondary" icon="heart" disabled={isChecking} onClick={() => void check()}>
        {t('config.check', 'Check now')}
      </Button>
      {checked && (
        <Alert
          severity={checked.good ? 'success' : 'error'}
          title={checked.good ? t('config.good', 'It works') : t('config.bad', 'It does not work')}
        >
          {checked.message}
        </Alert>
      )}
    </Stack>
  );
}

async function healthOf(uid: string): Promise<Checked> {
  try {
    const source = await getDataSourceSrv().get({ uid });
    if (!(source instanceof DataSourceWithBackend)) {
      return { good: false, message: t('config.none', 'Save the data source first.') };
    }
    const { status, message } = await source.callHealthCheck();
    return { good: String(status) === 'OK', message };
  } catch (failure) {
    return { good: false, message: failure instanceof Error ? failure.message : String(failure) };
  }
}
