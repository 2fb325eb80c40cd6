/** Make an SLO or change one; while it is written it is tried out on history. */
import { t } from '@grafana/i18n';
import { PluginPage } from '@grafana/runtime';
import { LinkButton } from '@grafana/ui';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearchParams } from 'react-router-dom';
import { sloQuery, useCreateSlo } from '../../api/slos';
import { LoadingState, NothingState, StateView } from '../../components/StateView';
import { pageUrl, ROUTES } from '../../constants';
import { hrefOf } from '../../lib/href';
import { signedIn } from '../../lib/role';
import { ExistingSlo } from './editor/ExistingSlo';
import { NEW_SLO, inputOf } from './editor/form';
import { SloEditor } from './editor/SloEditor';

export default function SloEditorPage() {
  const { id } = useParams();
  const title = id ? t('slo-edit.change', 'Change SLO') : t('slo-edit.new', 'New SLO');
  return (
    <PluginPage pageNav={{ text: title }}>
      {!signedIn().canEdit ? (
        <NothingState
          message={t('slo-edit.role', 'Only Editors and Admins change SLOs')}
          button={
            <LinkButton variant="secondary" href={hrefOf(pageUrl(ROUTES.slos, ...(id ? [id] : [])))}>
              {id ? t('slo-edit.look', 'Look at the SLO') : t('slo-edit.list', 'Look at the SLOs')}
            </LinkButton>
          }
        >
          {t('slo-edit.role-next', 'Ask one of them, or have your role in Grafana changed.')}
        </NothingState>
      ) : id ? (
        <Existing id={id} />
      ) : (
        <New />
      )}
    </PluginPage>
  );
}

function New() {
  const [params] = useSearchParams();
  const create = useCreateSlo();
  const navigate = useNavigate();
  return (
    <SloEditor
      start={{ ...NEW_SLO, service: params.get('service') ?? '' }}
      error={create.error}
      isSaving={create.isPending}
      saved={create.isSuccess}
      onSave={(form) =>
        create.mutate(inputOf(form), { onSuccess: (slo) => void navigate(pageUrl(ROUTES.slos, slo.id)) })
      }
      onCancel={() => void navigate(pageUrl(ROUTES.slos))}
    />
  );
}

function Existing({ id }: { id: string }) {
  const slo = useQuery({ ...sloQuery(id), refetchInterval: false, refetchOnWindowFocus: false });
  return (
    <StateView query={slo} loading={<LoadingState lines={10} />}>
      {(data) => <ExistingSlo slo={data} />}
    </StateView>
  );
}
