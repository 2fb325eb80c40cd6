/** The timeline with its filter and the comment box. */
import { t } from '@grafana/i18n';
import { Button, MultiCombobox, Stack, Text } from '@grafana/ui';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'react-router-dom';
import { attachmentOf, attachmentUrl, useDeleteAttachment } from '../../../api/attachments';
import { useFallbackInterval } from '../../../api/live';
import { entryHistoryQuery, timelineQuery, useComment, useDeleteEntry, useEditEntry } from '../../../api/timeline';
import { AttachmentView } from '../../../components/AttachmentView';
import { CommentBox } from '../../../components/CommentBox';
import { ENTRY_TYPES, entryTypeText } from '../../../components/entryTypes';
import { Markdown } from '../../../components/Markdown';
import { Moment } from '../../../components/Moment';
import { LoadingState, NothingState, StateView } from '../../../components/StateView';
import { TimelineList } from '../../../components/TimelineList';
import { Attach } from './Attach';

export function Timeline({ number, readOnly }: { number: string; readOnly: boolean }) {
  const [query, setQuery] = useSearchParams();
  const types = ENTRY_TYPES.filter((each) => query.getAll('type').includes(each));
  const timeline = useInfiniteQuery({ ...timelineQuery(number, types), refetchInterval: useFallbackInterval() });
  const comment = useComment(number);
  const edit = useEditEntry(number);
  const remove = useDeleteEntry(number);
  const detach = useDeleteAttachment(number);
  const entries = timeline.data?.pages.flatMap((page) => page.items);
  const pinned = entries?.filter((each) => each.pinned).length ?? 0;
  return (
    <Stack direction="column" gap={1}>
      <Stack justifyContent="space-between" alignItems="center" wrap="wrap" gap={1}>
        <Text variant="h5" element="h2">
          {t('timeline.title', 'Timeline')}
        </Text>
        <Stack gap={1} alignItems="center">
          {pinned > 0 && <Text color="secondary">{t('timeline.pins', '{{- count}} pinned', { count: pinned })}</Text>}
          <MultiCombobox
            aria-label={t('timeline.types', 'Kinds of entries')}
            placeholder={t('timeline.all-types', 'All kinds')}
            width="auto"
            minWidth={20}
            maxWidth={50}
            options={ENTRY_TYPES.map((value) => ({ value, label: entryTypeText(value) }))}
            value={types}
            onChange={(chosen) =>
              setQuery(
                (before) => {
                  const next = new URLSearchParams(before);
                  next.delete('type');
                  chosen.forEach(({ value }) => next.append('type', value));
                  return next;
                },
                { replace: true }
              )
            }
          />
        </Stack>
      </Stack>
      {!readOnly && (
        <>
          <CommentBox
            busy={comment.isPending}
            error={comment.error}
            onSend={(text, isPublic) => comment.mutateAsync({ text, public: isPublic })}
          />
          <Attach number={number} />
        </>
      )}
      <StateView
        query={{ ...timeline, data: entries }}
        isEmpty={(found) => found.length === 0}
        empty={
          <NothingState filtered={types.length > 0} message={t('timeline.nothing', 'Nothing of this kind happened')} />
        }
        loading={<LoadingState lines={6} />}
      >
        {(found) => (
          <TimelineList
            entries={found}
            {...(!readOnly && {
              onEdit: (id, patch) => edit.mutate({ id, patch }),
              onDelete: (id) => remove.mutate(id),
            })}
            renderHistory={(id) => <History number={number} id={id} />}
            renderAttachment={(entry) => {
              const found = attachmentOf(entry);
              return (
                found && (
                  <AttachmentView
                    name={found.name}
                    size={found.size}
                    url={attachmentUrl(number, found.id)}
                    {...(found.isImage && { picture: attachmentUrl(number, found.id, true) })}
                    {...(!readOnly && { onDelete: () => detach.mutate(found.id) })}
                  />
                )
              );
            }}
          />
        )}
      </StateView>
      {timeline.hasNextPage && (
        <Button
          variant="secondary"
          disabled={timeline.isFetchingNextPage}
          onClick={() => void timeline.fetchNextPage()}
        >
          {t('timeline.more', 'Show later entries')}
        </Button>
      )}
    </Stack>
  );
}

function History({ number, id }: { number: string; id: number }) {
  const history = useQuery(entryHistoryQuery(number, id));
  return (
    <StateView query={history} loading={<LoadingState lines={1} />}>
      {({ items }) => (
        <ol aria-label={t('timeline.history', 'What it said before')}>
          {items.map((each) => (
            <li key={each.changedAt}>
              <Text variant="bodySmall" color="secondary">
                {each.changedBy} <Moment at={each.changedAt} />
              </Text>
              <Markdown text={each.description} />
            </li>
          ))}
        </ol>
      )}
    </StateView>
  );
}
