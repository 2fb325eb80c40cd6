/**
 * Notices of changes over Grafana Live, with polling as the fallback.
 *
 * A notice says what changed, not how; the queries it concerns are asked for again. A lost notice
 * therefore costs one late refresh, and a doubled one costs nothing.
 */
import {
  isLiveChannelMessageEvent,
  isLiveChannelStatusEvent,
  LiveChannelConnectionState,
  LiveChannelScope,
} from '@grafana/data';
import { getGrafanaLiveSrv } from '@grafana/runtime';
import { useEffect, useEffectEvent, useSyncExternalStore } from 'react';
import { type Subscription } from 'rxjs';
import { PLUGIN_ID } from '../constants';
import { isRecord, isString } from '../lib/guards';
import { FALLBACK_INTERVAL } from './queryClient';

/** One change of one incident. */
export interface Notice {
  kind: string;
  number: string;
  version: number;
  change: string;
}

const CHANNEL = { scope: LiveChannelScope.Plugin, stream: PLUGIN_ID, path: 'incidents' };

/** A notice from the channel; null for anything else that may come along. */
export function noticeOf(message: unknown): Notice | null {
  if (!isRecord(message) || !isString(message.number) || !isString(message.kind)) {
    return null;
  }
  return {
    kind: message.kind,
    number: message.number,
    version: typeof message.version === 'number' ? message.version : 0,
    change: isString(message.change) ? message.change : '',
  };
}

type Listener = (notice: Notice) => void;

/** What somebody wants to hear of; that the connection came back concerns everybody. */
export type Concern = 'incident' | 'slo';

/**
 * The channel of incident changes: one subscription however many parts of the page listen.
 *
 * After the connection came back, listeners get one notice with an empty number: anything may have
 * changed meanwhile.
 */
export class IncidentChannel {
  private readonly listeners = new Map<Listener, Concern>();
  private readonly watchers = new Set<() => void>();
  private subscription: Subscription | null = null;
  private connected = false;

  listen(listener: Listener, about: Concern = 'incident'): () => void {
    this.listeners.set(listener, about);
    this.subscription ??= this.open();
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size === 0) {
        this.subscription?.unsubscribe();
        this.subscription = null;
        this.mark(false);
      }
    };
  }

  /** For `useSyncExternalStore`. */
  watch = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  isConnected = (): boolean => this.connected;

  private open(): Subscription {
    return getGrafanaLiveSrv()
      .getStream<unknown>(CHANNEL)
      .subscribe({
        next: (event) => {
          if (isLiveChannelStatusEvent(event)) {
            this.mark(event.state === LiveChannelConnectionState.Connected);
          } else if (isLiveChannelMessageEvent(event)) {
            const notice = noticeOf(event.message);
            if (notice) {
              this.tell(notice);
            }
          }
        },
        error: () => this.mark(false),
        complete: () => this.mark(false),
      });
  }

  private tell(notice: Notice): void {
    const what: Concern = notice.kind === 'slo' ? 'slo' : 'incident';
    [...this.listeners].forEach(([listener, about]) => {
      if (about === what || notice.kind === 'reconnected') {
        listener(notice);
      }
    });
  }

  private mark(connected: boolean): void {
    if (connected === this.connected) {
      return;
    }
    this.connected = connected;
    if (connected) {
      this.tell({ kind: 'reconnected', number: '', version: 0, change: '' });
    }
    this.watchers.forEach((watcher) => watcher());
  }
}

export const incidentChannel = new IncidentChannel();

/** Whether notices arrive. */
export function useLiveConnected(): boolean {
  return useSyncExternalStore(incidentChannel.watch, incidentChannel.isConnected);
}

/** How often a query asks by itself: not at all while notices arrive. */
export function useFallbackInterval(): number | false {
  return useLiveConnected() ? false : FALLBACK_INTERVAL;
}

/** How long notices are gathered before anything is asked; well below the two seconds that people wait. */
const GATHER = 300;

interface Gathering {
  about?: Concern;
  /** Milliseconds from the first notice. */
  wait?: number;
  /** What is taken for one such value is of no use for another. */
  scope?: string;
}

/**
 * While the component is there, notices are taken together, so that a storm of them asks once.
 *
 * @param take what was gathered, the oldest first; the signal says that nobody waits for it any more.
 */
export function useNotices(
  take: (notices: readonly Notice[], signal: AbortSignal) => void,
  { about = 'incident', wait = GATHER, scope = '' }: Gathering = {}
): void {
  const latest = useEffectEvent(take);
  useEffect(() => {
    const leaving = new AbortController();
    let gathered: Notice[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const leave = incidentChannel.listen((notice) => {
      gathered.push(notice);
      timer ??= setTimeout(() => {
        timer = undefined;
        const notices = gathered;
        gathered = [];
        latest(notices, leaving.signal);
      }, wait);
    }, about);
    return () => {
      clearTimeout(timer);
      leaving.abort();
      leave();
    };
  }, [about, wait, scope]);
}
