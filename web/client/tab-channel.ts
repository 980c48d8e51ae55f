/**
 * Tab channel: how the tabs of one origin talk, one of them leading (D29).
 *
 * Owns which term and which status are the newest, and who observes them. Does not own leadership
 * (leadership.ts) nor what commands, statuses and watches mean. Nothing here is durable: the room
 * log and the peer store are. The same face works in the leading tab, where commands go straight to
 * the peer.
 *
 * Rules (shared/SPEC.md, section SY): SY28, SY36 (tab-seat.ts), SY37 (tab-commands.ts), SY114
 *   (tab-watches.ts), and
 *   SY27  Frames of a lower term than known are ignored; a leader that meets a higher one leads no
 *         more.
 *   SY29  A status older than one already seen is ignored.
 *   SY38  A frame that is malformed is dropped and changes nothing.
 */

import { assert, ok, raceSignal, type Result } from "#shared/base/mod.ts";
import type { Log } from "#shared/ports/mod.ts";
import {
  type CommandDeps,
  type CommandLimits,
  createPendingCommands,
  LEADER_SILENT,
  type LeaderSilent,
} from "./tab-commands.ts";
import { decodeTabFrame, type StreamFrame, type TabFrame } from "./tab-frames.ts";
import { createSeat, type LeaderHandlers, type Seat } from "./tab-seat.ts";
import { createTabWatches, type TabWatches } from "./tab-watches.ts";

export type { LeaderSilent } from "./tab-commands.ts";
export type { StreamFrame } from "./tab-frames.ts";
export type { LeaderHandlers } from "./tab-seat.ts";
export type { TabWatches } from "./tab-watches.ts";

export const TAB_CHANNEL = "conclave-tabs";

/** A named channel to every other tab; web/adapters/broadcast-port.ts makes the real one. */
export interface TabPort {
  post(message: unknown): void;
  subscribe(onMessage: (message: unknown) => void): Disposable;
  close(): void;
}

/** How to read what tabs of another version may have sent. */
export interface TabDecoders<Command, Answer, Status> {
  readonly command: (value: unknown) => Result<Command, unknown>;
  readonly answer: (value: unknown) => Result<Answer, unknown>;
  readonly status: (value: unknown) => Result<Status, unknown>;
}

export interface TabChannelDeps<Command, Answer, Status> extends Omit<CommandDeps, "post"> {
  readonly port: TabPort;
  readonly log: Log;
  readonly decode: TabDecoders<Command, Answer, Status>;
  readonly limits: CommandLimits & {
    /** Ids a leader remembers to run a repeated command once; the oldest is dropped. */
    readonly requestIdsMax: number;
  };
}

/** The leader's end of the channel; does nothing once the tab leads no more. */
export interface LeaderSeat<Status> {
  publishStatus(status: Status): void;
  publishStream(frame: StreamFrame): void;
  /** Tells the one tab that asked with this id. */
  publishWatched(watchId: string, payload: unknown): void;
  /** Says goodbye; commands that are under way are aborted. */
  leave(): void;
}

export interface TabObserver<Status> {
  readonly onStatus: (status: Status) => void;
  readonly onStream: (frame: StreamFrame) => void;
}

export interface TabChannel<Command, Answer, Status> {
  /** Takes the leader's end; `term` is greater than that of every leader before. */
  lead(term: number, handlers: LeaderHandlers<Command, Answer, Status>): LeaderSeat<Status>;
  /** Resolves with the leader's answer. Aborting cancels the wait: the command may still be run. */
  send(command: Command, signal: AbortSignal): Promise<Result<Answer, LeaderSilent>>;
  /** Asks the leading tab to let another lead. */
  requestHandOver(): void;
  /**
   * Observes what the leader publishes, in the leading tab too; a late observer gets the status.
   */
  subscribe(observer: TabObserver<Status>): Disposable;
  /** What this tab asks to be told of. */
  readonly watches: TabWatches;
  close(): void;
}

/** Makes one tab's end; it owns `port` and asks at once for a snapshot. */
export function createTabChannel<Command, Answer, Status>(
  deps: TabChannelDeps<Command, Answer, Status>,
): TabChannel<Command, Answer, Status> {
  const { port, decode, limits } = deps;
  const log = deps.log.with({ part: "tab-channel" });
  const post = (frame: TabFrame): void => port.post(frame);
  const commands = createPendingCommands<Command, Answer>({ ...deps, post });
  const news = createNews<Status>();
  let seat: Seat<Command, Answer, Status> | undefined;
  let termSeen = 0;
  const watches = createTabWatches({ post, server: () => seat?.handlers });

  const noteTerm = (term: number): boolean => {
    if (term < termSeen) return false; // SY27
    if (term === termSeen) return true;
    termSeen = term;
    news.beginTerm();
    commands.loseLeader();
    const deposed = seat;
    seat = undefined;
    deposed?.leave("another tab leads");
    deposed?.handlers.onDeposed();
    commands.resend();
    watches.tellLeader();
    return true;
  };

  const onFrame = (frame: TabFrame): void => {
    if ("term" in frame && !noteTerm(frame.term)) return;
    switch (frame.kind) {
      case "leader-here":
        return;
      case "leader-left":
        return commands.loseLeader();
      case "peer-status": {
        const status = decode.status(frame.payload);
        if (status.ok) return news.showStatus(status.value, frame.revision);
        return log.write("warn", "status-malformed", { revision: frame.revision });
      }
      case "stream":
        return news.showStream(frame.frame);
      case "command-accepted":
        return commands.markAccepted(frame.requestId);
      case "command-answered": {
        const answer = decode.answer(frame.answer);
        if (!answer.ok) log.write("warn", "answer-malformed", { requestId: frame.requestId });
        return commands.settle(frame.requestId, answer.ok ? ok(answer.value) : LEADER_SILENT);
      }
      case "command":
        return seat?.takeCommand(frame.requestId, frame.command);
      case "snapshot-request":
        return void seat?.postSnapshot();
      case "watch":
        return seat?.handlers.onWatch(frame);
      case "unwatch":
        return seat?.handlers.onUnwatch(frame.watchId);
      case "watched":
        return void watches.tellNews(frame.watchId, frame.payload);
      case "hand-over-request":
        return seat?.handlers.onHandOverRequest();
    }
  };

  const subscription = port.subscribe((message) => {
    const frame = decodeTabFrame(message);
    if (frame.ok) onFrame(frame.value);
    else log.write("warn", "frame-malformed", { detail: frame.error.detail }); // SY38
  });
  post({ kind: "snapshot-request" }); // SY28

  const lead = (
    term: number,
    handlers: LeaderHandlers<Command, Answer, Status>,
  ): LeaderSeat<Status> => {
    assert(term > termSeen, `Cannot lead in term ${term}: current term is ${termSeen}`);
    termSeen = term;
    news.beginTerm();
    commands.loseLeader();
    const { requestIdsMax } = limits;
    const own = seat = createSeat<Command, Answer, Status>(
      { log, decodeCommand: decode.command, requestIdsMax, post },
      term,
      handlers,
    );
    const { status, revision } = own.postSnapshot();
    news.showStatus(status, revision);
    for (const { command, settle } of commands.adopt()) {
      // Owned by the seat: its handler ends when `signal` aborts.
      void handlers.onCommand(command, own.signal).then((answer) => settle(ok(answer)));
    }
    // In a task of its own: whoever leads has the seat by then.
    queueMicrotask(() => {
      if (seat === own) watches.tellLeader();
    });
    return {
      publishStatus(next) {
        if (seat === own) news.showStatus(next, own.postStatus(next));
      },
      publishStream(frame) {
        if (seat !== own) return;
        news.showStream(frame);
        post({ kind: "stream", term, frame });
      },
      publishWatched(watchId, payload) {
        if (seat !== own || watches.tellNews(watchId, payload)) return; // SY114
        post({ kind: "watched", term, watchId, payload });
      },
      leave() {
        if (seat !== own) return;
        seat = undefined;
        own.leave("this tab leads no more");
        post({ kind: "leader-left", term });
      },
    };
  };

  return {
    lead,
    async send(command, signal) {
      signal.throwIfAborted();
      if (seat === undefined) return commands.send(command, signal);
      return ok(await raceSignal(seat.handlers.onCommand(command, seat.signal), signal));
    },
    requestHandOver: () => post({ kind: "hand-over-request" }),
    subscribe: (observer) => news.subscribe(observer),
    watches,
    close() {
      subscription[Symbol.dispose]();
      seat?.leave("the tab closes");
      seat = undefined;
      watches.close();
      commands.close();
      port.close();
    },
  };
}

interface News<Status> {
  /** Revisions of a new leader start again. */
  beginTerm(): void;
  showStatus(status: Status, revision: number): void;
  showStream(frame: StreamFrame): void;
  subscribe(observer: TabObserver<Status>): Disposable;
}

/** The newest status of the newest leader, and who is told. */
function createNews<Status>(): News<Status> {
  const observers = new Set<TabObserver<Status>>();
  let revisionSeen = 0;
  let newest: { readonly status: Status } | undefined;
  return {
    beginTerm() {
      revisionSeen = 0;
    },
    showStatus(status, revision) {
      if (revision <= revisionSeen) return; // SY29
      revisionSeen = revision;
      newest = { status };
      for (const observer of [...observers]) observer.onStatus(status);
    },
    showStream(frame) {
      for (const observer of [...observers]) observer.onStream(frame);
    },
    subscribe(observer) {
      const own = { ...observer };
      observers.add(own);
      if (newest !== undefined) own.onStatus(newest.status);
      return { [Symbol.dispose]: () => void observers.delete(own) };
    },
  };
}
