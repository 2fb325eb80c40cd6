/** Files in the timeline of an incident: put in, shown, taken away. */
import { useMutation } from '@tanstack/react-query';
import { RESOURCES } from '../constants';
import { hrefOf } from '../lib/href';
import { isRecord, isString } from '../lib/guards';
import { call, segment } from './client';
import { useRefreshTimeline } from './timeline';
import { type EntryShape } from './types.gen';

/** What the backend takes; it looks into the content besides. */
export const MAX_SIZE = 1 << 20;

const IMAGES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'];

/** Types by the ending of a name, for those that browsers do not know. */
const TYPES: Record<string, string> = { md: 'text/markdown', csv: 'text/csv', json: 'application/json' };

/** What a file chooser offers. */
export const ACCEPTED = [...IMAGES, 'application/json', 'application/pdf', 'text/plain', '.csv', '.md'].join(',');

export interface Attachment {
  id: string;
  name: string;
  size: number;
  isImage: boolean;
}

/** What an entry tells of an attachment; null when it tells of none. */
export function attachmentOf({ metadata, deleted }: EntryShape): Attachment | null {
  const told = metadata.attachment;
  if (deleted || !isRecord(told) || !isString(told.id) || !isString(told.name)) {
    return null;
  }
  return {
    id: told.id,
    name: told.name,
    size: typeof told.size === 'number' ? told.size : 0,
    isImage: isString(told.contentType) && IMAGES.includes(told.contentType),
  };
}

/** Where the content is; it comes as a download, pictures in place when they are asked for so. */
export function attachmentUrl(number: string, id: string, inline = false): string {
  return hrefOf(`${RESOURCES}/incidents/${segment(number)}/attachments/${segment(id)}${inline ? '?inline=true' : ''}`);
}

export function useAttach(number: string) {
  return useMutation({
    mutationFn: async (file: File) =>
      call('POST', `incidents/${segment(number)}/attachments`, {
        body: { name: file.name, contentType: typeOf(file), content: await base64Of(file) },
      }),
    meta: { quiet: true },
    onSuccess: useRefreshTimeline(number),
  });
}

export function useDeleteAttachment(number: string) {
  return useMutation({
    mutationFn: (id: string) => call('DELETE', `incidents/${segment(number)}/attachments/${segment(id)}`),
    onSuccess: useRefreshTimeline(number),
  });
}

function typeOf({ name, type }: File): string {
  return TYPES[name.split('.').pop()?.toLowerCase() ?? ''] ?? type;
}

function base64Of(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onerror = () => reject(reader.error ?? new Error('the file could not be read'));
    reader.onload = () => resolve(isString(reader.result) ? reader.result.slice(reader.result.indexOf(',') + 1) : '');
    reader.readAsDataURL(file);
  });
}
