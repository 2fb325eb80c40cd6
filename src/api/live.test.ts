import { LiveChannelConnectionState, LiveChannelEventType } from '@grafana/data';
import { Subject } from 'rxjs';
import { installGrafana } from '../test/render';
import { IncidentChannel, type Notice, noticeOf } from './live';

const status = (state: LiveChannelConnectionState) => ({
  type: LiveChannelEventType.Status,
  id: 'c',
  timestamp: 0,
  state,
});
const message = (body: unknown) => ({ type: LiveChannelEventType.Message, message: body });
const changed = { kind: 'incident', number: 'INC-7', version: 3, change: 'status' };

describe('the channel of incident changes', () => {
  it('tells every listener, and none that left', () => {
    const stream = new Subject<unknown>();
    installGrafana(stream);
    const channel = new IncidentChannel();
    const [first, second]: [Notice[], Notice[]] = [[], []];
    const leave = channel.listen((notice) => first.push(notice));
    channel.listen((notice) => second.push(notice));
    stream.next(message(changed));
    leave();
    stream.next(message({ ...changed, version: 4 }));
    expect(first.map((notice) => notice.version)).toEqual([3]);
    expect(second.map((notice) => notice.version)).toEqual([3, 4]);
  });

  it('says once that anything may have changed when the connection comes back', () => {
    const stream = new Subject<unknown>();
    installGrafana(stream);
    const channel = new IncidentChannel();
    const heard: string[] = [];
    channel.listen((notice) => heard.push(notice.kind));
    stream.next(status(LiveChannelConnectionState.Connected));
    stream.next(status(LiveChannelConnectionState.Disconnected));
    expect(channel.isConnected()).toBe(false);
    stream.next(status(LiveChannelConnectionState.Connected));
    stream.next(status(LiveChannelConnectionState.Connected));
    expect(heard).toEqual(['reconnected', 'reconnected']);
  });

  it('closes the stream with the last listener and opens one again with the next', () => {
    const stream = new Subject<unknown>();
    installGrafana(stream);
    const channel = new IncidentChannel();
    channel.listen(() => undefined)();
    expect(stream.observed).toBe(false);
    channel.listen(() => undefined);
    expect(stream.observed).toBe(true);
  });

  it('tells of SLOs only those who want to hear of them, and of a reconnection everybody', () => {
    const stream = new Subject<unknown>();
    installGrafana(stream);
    const channel = new IncidentChannel();
    const [incidents, slos]: [string[], string[]] = [[], []];
    channel.listen((notice) => incidents.push(notice.kind));
    channel.listen((notice) => slos.push(notice.kind), 'slo');
    stream.next(message(changed));
    stream.next(message({ ...changed, kind: 'slo', number: '' }));
    stream.next(status(LiveChannelConnectionState.Connected));
    expect(incidents).toEqual(['incident', 'reconnected']);
    expect(slos).toEqual(['slo', 'reconnected']);
  });

  it('takes nothing but notices', () => {
    expect(noticeOf(changed)).toEqual(changed);
    expect([null, 'x', 7, [], {}, { number: 7 }].map(noticeOf)).toEqual([null, null, null, null, null, null]);
  });
});
