/** Grafana Live over the host's WebSocket, by the client that Grafana itself uses. */
import {
  dataFrameFromJSON,
  type DataFrameJSON,
  type DataQueryResponse,
  type LiveChannelAddress,
  LiveChannelConnectionState,
  type LiveChannelEvent,
  LiveChannelEventType,
  LoadingState,
} from '@grafana/data';
import { type GrafanaLiveSrv } from '@grafana/runtime';
import { Centrifuge, type Subscription } from 'centrifuge';
import { BehaviorSubject, EMPTY, filter, map, Observable } from 'rxjs';

/** One connection for the page; one subscription for each channel, however many listen. */
export function liveOf(orgId: number): GrafanaLiveSrv {
  const address = new URL('api/live/ws', document.baseURI);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  const connected = new BehaviorSubject(false);
  const centrifuge = new Centrifuge(address.href);
  centrifuge.on('connected', () => connected.next(true));
  centrifuge.on('disconnected', () => connected.next(false));
  centrifuge.on('connecting', () => connected.next(false));
  centrifuge.connect();

  const stream = <T>(to: LiveChannelAddress): Observable<LiveChannelEvent<T>> =>
    new Observable((listener) => {
      const id = `${orgId}/${to.scope}/${to.stream}/${to.path}`;
      const subscription = centrifuge.getSubscription(id) ?? centrifuge.newSubscription(id, { data: to.data });
      const status = (state: LiveChannelConnectionState) =>
        listener.next({ type: LiveChannelEventType.Status, id, timestamp: Date.now(), state });
      const heard = {
        publication: ({ data }: { data?: unknown }) =>
          listener.next({ type: LiveChannelEventType.Message, message: data as T }),
        subscribed: () => status(LiveChannelConnectionState.Connected),
        subscribing: () => status(LiveChannelConnectionState.Connecting),
        unsubscribed: () => status(LiveChannelConnectionState.Disconnected),
      };
      listen(subscription, heard);
      subscription.subscribe();
      if (subscription.state === 'subscribed') {
        heard.subscribed();
      }
      return () => leave(centrifuge, subscription, heard);
    });

  return {
    getConnectionState: () => connected.asObservable(),
    getStream: stream,
    getDataStream: ({ addr }) =>
      stream<DataFrameJSON>(addr).pipe(
        map(frameOf()),
        filter((answer) => answer !== null)
      ),
    getQueryData: () => EMPTY,
    getPresence: () => Promise.resolve({ users: [] }),
    publish: () => Promise.reject(new Error('the preview publishes nothing')),
  } as GrafanaLiveSrv;
}

type Listener = (context: { data?: unknown }) => void;
type Heard = Record<(typeof EVENTS)[number], Listener>;

const EVENTS = ['publication', 'subscribed', 'subscribing', 'unsubscribed'] as const;

function listen(subscription: Subscription, heard: Heard): void {
  EVENTS.forEach((event) => subscription.on(event, heard[event]));
}

function leave(centrifuge: Centrifuge, subscription: Subscription, heard: Heard): void {
  EVENTS.forEach((event) => subscription.off(event, heard[event]));
  if (subscription.listeners('publication').length === 0) {
    subscription.unsubscribe();
    centrifuge.removeSubscription(subscription);
  }
}

/** Frames of a channel: the first message carries the schema, later ones may carry values only. */
function frameOf(): (event: LiveChannelEvent<DataFrameJSON>) => DataQueryResponse | null {
  let schema: DataFrameJSON['schema'];
  return (event) => {
    if (event.type !== LiveChannelEventType.Message) {
      return null;
    }
    schema = event.message.schema ?? schema;
    return { data: [dataFrameFromJSON({ ...event.message, schema })], state: LoadingState.Streaming };
  };
}
