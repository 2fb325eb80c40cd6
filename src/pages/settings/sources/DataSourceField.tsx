/** One of Grafana's own data sources, by its uid. */
import { t } from '@grafana/i18n';
import { getDataSourceSrv } from '@grafana/runtime';
import { Combobox, Field } from '@grafana/ui';

interface DataSourceFieldProps {
  /** Type of data sources to offer, as Grafana names it. */
  type: string;
  uid: string;
  onChange: (uid: string) => void;
}

export function DataSourceField({ type, uid, onChange }: DataSourceFieldProps) {
  const known = getDataSourceSrv()
    .getList({ type })
    .map((each) => ({ value: each.uid, label: each.name, description: each.uid }));
  return (
    <Field
      noMargin
      label={t('source.datasource', 'Data source')}
      description={t(
        'source.datasource-hint',
        'Asked with the token of the service account below, which must be allowed to query it'
      )}
    >
      <Combobox
        width={60}
        options={known}
        value={uid || null}
        createCustomValue
        placeholder={t('source.datasource-placeholder', 'Choose one, or type its uid')}
        onChange={(option) => onChange(option?.value ?? '')}
        isClearable
      />
    </Field>
  );
}
