/**
 * One connection to a relay, from the socket to its end.
 *
 * Owns the socket, the frames in their order, and the clocks of one connection. Meaning is
 * link-session.ts, taking in is link-intake.ts, sending is link-sender.ts.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY54  A relay that does not open, join, go on with its replay or answer a ping in time is left.
 *   SY56  Ephemerals go out only while live and while the socket is not behind.
 *   SY162 That a relay showed somebody another log is told, over reloads and changes of epoch.
 */

import { createBoundedQueue } from "../base/bounded-queue.ts";
import { createLatch } from "../base/latch.ts";
import { raceFirst } from "../base/race.ts";
import { ok } from "../base/result.ts";
import { createScope } from "../base/scope.ts";
import { proveAdmission } from "../crypto/admission.ts";
import { type FoundForks, noForks } from "../crypto/log-views.ts";
import type { RoomKeys } from "../crypto/room-keys.ts";
import type { Sealer } from "../crypto/sealer.ts";
import type { StorageError } from "../ports/room-log.ts";
import type { Socket } from "../ports/transport.ts";
import { decodeServerFrame, encodeFrame } from "../protocol/decode-relay-frame.ts";
import { relayOriginOf, roomSocketAddress } from "../protocol/relay-address.ts";
import { type ClientFrame, PING, PONG, PROTOCOL_VERSION } from "../protocol/relay-frames.ts";
import { LinkCredit } from "./link-credit.ts";
import { LogGauge } from "./link-gauge.ts";
import { HISTORY_CHANGED } from "./link-heal.ts";
import { createIntake, type Intake, type IntakeError } from "./link-intake.ts";
import { linkLimits as limits } from "./link-limits.ts";
import type { Ending } from "./link-retry.ts";
import { createSender, type Sender } from "./link-sender.ts";
import type { SenderDeps } from "./link-sending.ts";
import {
  beginSession,
  type LinkEffect,
  type LinkSession,
  markAsked,
  markJoining,
  stepSession,
} from "./link-session.ts";
import type { LinkPhase, LogMark, RoomLinkDeps } from "./room-link-types.ts";

export interface ConnectionDeps
  extends Omit<RoomLinkDeps, "onProblem">, Omit<SenderDeps, "outbox" | "clock" | "roomId"> {
  readonly room: RoomKeys;
  readonly onPhase: (phase: LinkPhase, present: readonly string[]) => void;
  readonly onStorageProblem: (error: StorageError) => void;
  readonly onEntryRefused: (seq: number, reason: string) => void;
  /** Told with each connection that knows of any, and when one is found. */
  readonly onForks: (found: FoundForks) => void;
}

export interface Connection {
  /** Resolves with how it ended; rejects with `signal.reason` when told to. */
  run(signal: AbortSignal): Promise<Ending>;
  wake(): void;
  /** Something says that the network changed: a ping must be answered now. */
  checkNow(): void;
  sendEphemeral(sealer: Sealer, body: unknown): void;
  mark(): LogMark | undefined;
}

export function createConnection(deps: ConnectionDeps): Connection {
  return new RelayConnection(deps);
}

type Incoming =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "end"; readonly ending: Ending }
  | { readonly kind: "defect"; readonly error: unknown };

class RelayConnection implements Connection {
  readonly #deps: ConnectionDeps;
  readonly #inbox = createBoundedQueue<Incoming>({
    itemsMax: limits.inboxFramesMax,
    whenFull: "refuse",
  });
  readonly #sender: Sender;
  readonly #suspect = createLatch();
  readonly #gauge = new LogGauge();
  readonly #credit = new LinkCredit();
  #socket: Socket | undefined;
  #session: LinkSession = beginSession(undefined);
  #intake: Intake | undefined;
  #isLive = false;
  #texts = 0;
  #inboxChars = 0;
  #ephemerals: Promise<void> = Promise.resolve();
  #forks = noForks;

  constructor(deps: ConnectionDeps) {
    this.#deps = deps;
    this.#sender = createSender({ ...deps, roomId: deps.keys.roomId }, (part) => {
      this.#session = markAsked(this.#session, part.id);
      this.#send({ t: "append", ...part });
    });
  }

  async run(signal: AbortSignal): Promise<Ending> {
    const { clock, keys: { roomId }, onEntryRefused: onRefused } = this.#deps;
    const intake = await createIntake({ ...this.#deps, roomId, onRefused }, signal);
    if (!intake.ok) {
      this.#deps.onStorageProblem(intake.error);
      return { kind: "storage" };
    }
    this.#intake = intake.value;
    this.#tellForks();
    this.#session = beginSession(intake.value.cursor);
    const opened = await this.#open(signal);
    if (opened !== undefined) return opened;
    const scope = createScope(signal, (error) => this.#push({ kind: "defect", error }));
    scope.start(async (inner) => {
      await clock.sleep(limits.joinMsMax, inner);
      const { phase } = this.#session;
      if (phase === "hello" || phase === "joining") this.#end({ kind: "silent" }); // SY54
    });
    scope.start((inner) => this.#watchReplay(inner));
    try {
      return await this.#pump(scope, signal);
    } finally {
      this.#isLive = false;
      this.#socket?.close(1000, "");
      await scope.close("connection over");
    }
  }

  wake(): void {
    this.#sender.wake();
  }

  checkNow(): void {
    this.#suspect.ring();
  }

  mark(): LogMark | undefined {
    return this.#isLive ? this.#gauge.mark(this.#own().place()) : undefined; // SY62
  }

  sendEphemeral(sealer: Sealer, body: unknown): void {
    if (!this.#isLive) return;
    const send = async (): Promise<void> => {
      const sealed = await sealer.sealEphemeral(body, this.#own().opener.view());
      const isBehind = (this.#socket?.bufferedBytes() ?? 0) > limits.ephemeralBufferBytesMax;
      if (this.#isLive && !isBehind) this.#send({ t: "eph", body: sealed }); // SY56
    };
    // In order, and owned by this connection: sealing fails only by a defect, which is traced.
    this.#ephemerals = this.#ephemerals.then(send).catch((error: unknown) =>
      this.#deps.trace.write("error", "ephemeral-not-sealed", { error: String(error) })
    );
  }

  /** Undefined once open. */
  async #open(signal: AbortSignal): Promise<Ending | undefined> {
    const { transport, keys, clock } = this.#deps;
    const connect = async (inner: AbortSignal): Promise<Ending | undefined> => {
      try {
        const address = roomSocketAddress(keys.relayUrl, keys.roomId);
        this.#socket = await transport.connect(address, {
          onText: (text) => this.#take(text),
          onEnd: ({ code, reason }) => this.#end({ kind: "closed", code, reason }),
        }, inner);
        return undefined;
      } catch (error) {
        if (inner.aborted) throw error;
        return { kind: "closed", code: 1006, reason: String(error) };
      }
    };
    return await raceFirst([
      connect,
      async (inner) => {
        await clock.sleep(limits.connectMsMax, inner);
        return { kind: "silent" } as const; // SY54
      },
    ], signal);
  }

  #take(text: string): void {
    this.#texts += 1;
    if (text === PONG) return;
    this.#inboxChars += text.length;
    const isMuch = text.length > limits.frameCharsMax || this.#inboxChars > limits.inboxCharsMax;
    if (!isMuch && this.#inbox.push({ kind: "text", text }).kind === "added") return;
    this.#inbox.tryTake();
    this.#end({ kind: "misbehaves", detail: "more than its window" });
  }

  /** Behind the frames that came before it. */
  #end(ending: Ending): void {
    this.#push({ kind: "end", ending });
  }

  #push(item: Incoming): void {
    if (this.#inbox.push(item).kind === "added") return;
    this.#inbox.tryTake();
    this.#inbox.push(item);
  }

  async #pump(scope: ReturnType<typeof createScope>, signal: AbortSignal): Promise<Ending> {
    for (;;) {
      const item = await this.#inbox.take(signal);
      if (item.kind === "end") return item.ending;
      if (item.kind === "defect") throw item.error;
      this.#inboxChars -= item.text.length;
      const frame = decodeServerFrame(item.text);
      if (!frame.ok) {
        const { kind } = frame.error;
        return kind === "frame-version"
          ? { kind: "version" }
          : { kind: "misbehaves", detail: kind };
      }
      const { session, effect } = stepSession(this.#session, frame.value);
      this.#session = session;
      const ending = effect && await this.#perform(effect, scope, signal);
      if (ending !== undefined) return ending;
    }
  }

  /** Returns the ending when this effect is one. */
  async #perform(
    effect: LinkEffect,
    scope: ReturnType<typeof createScope>,
    signal: AbortSignal,
  ): Promise<Ending | undefined> {
    switch (effect.kind) {
      case "prove":
        this.#gauge.greeted(effect.limits);
        this.#credit.greeted(effect.limits);
        scope.start((inner) => this.#heartbeat(effect.pingMs, inner));
        await this.#join(effect.nonce, effect.relayNow);
        return undefined;
      case "joined":
        this.#gauge.joined(effect);
        return this.#refusal(this.#own().begin(effect));
      case "entries":
        return await this.#takeEntries(effect, signal);
      case "live": {
        const refused = this.#refusal(await this.#own().finishJoining(signal)); // SY66
        this.#tellForks();
        if (refused !== undefined) return refused;
        this.#startSender(scope);
        this.#showProgress();
        return undefined;
      }
      case "ok":
      case "no":
        this.#sender.answer(effect);
        return undefined;
      case "ephemeral": {
        const opened = await this.#own().opener.openEphemeral(effect.from, effect.body);
        const kept = this.#tellForks() ? await this.#own().keepForks(signal) : ok(undefined);
        if (opened !== undefined) this.#deps.onEphemeral(opened.device, opened.body);
        return this.#refusal(kept);
      }
      case "presence":
        this.#showProgress();
        return undefined;
      case "version":
        return { kind: "version" };
      case "misbehaves":
        return effect;
    }
  }

  async #join(nonce: string, relayNow: number): Promise<void> {
    const { crypto, room, keys } = this.#deps;
    const challenge = {
      relayOrigin: relayOriginOf(keys.relayUrl),
      nonce,
      notAfter: relayNow + limits.proofMs,
    };
    const proof = await proveAdmission(crypto, room, keys.device, challenge);
    this.#session = markJoining(this.#session);
    const { cursor } = this.#session;
    const frame = { t: "join", v: PROTOCOL_VERSION, room: room.roomId } as const;
    this.#send({ ...frame, device: keys.device.id, proof, ...(cursor && { cursor }) });
  }

  async #takeEntries(
    { entries, mac }: Extract<LinkEffect, { kind: "entries" }>,
    signal: AbortSignal,
  ): Promise<Ending | undefined> {
    const refused = this.#refusal(await this.#own().take(entries, mac, signal));
    if (refused !== undefined) return refused;
    this.#tellForks();
    this.#gauge.took(entries);
    if (this.#credit.took(entries)) this.#send({ t: "ack", seq: this.#own().seq() }); // SY55
    this.#sender.wakeMirrored();
    if (!this.#isLive) this.#showProgress();
    return undefined;
  }

  /** SY54: a replay that stands still is no replay, whatever answers the pings. */
  async #watchReplay(signal: AbortSignal): Promise<void> {
    for (;;) {
      const { next } = this.#session;
      await this.#deps.clock.sleep(limits.answerMsMax, signal);
      if (this.#session.phase === "live") return;
      if (next === this.#session.next) return this.#end({ kind: "silent" });
    }
  }

  async #heartbeat(pingMs: number, signal: AbortSignal): Promise<void> {
    for (;;) {
      const time = (inner: AbortSignal): Promise<void> => this.#deps.clock.sleep(pingMs, inner);
      await raceFirst([time, (inner) => this.#suspect.wait(inner)], signal);
      const before = this.#texts;
      this.#socket?.send(PING);
      await this.#deps.clock.sleep(limits.pongMsMax, signal);
      if (this.#texts === before) return this.#end({ kind: "silent" }); // SY54
    }
  }

  #startSender(scope: ReturnType<typeof createScope>): void {
    const { room, onStorageProblem } = this.#deps;
    scope.start(async (signal) => {
      const sending = room.access === "read" ? this.#sender.watch : this.#sender.run;
      const failed = await sending(this.#own(), () => this.#showProgress(), signal);
      if (failed.kind === "silent" || failed.kind === "misbehaves") return this.#end(failed);
      onStorageProblem(failed);
      this.#end({ kind: "storage" });
    });
  }

  #refusal(result: { readonly ok: true } | { readonly ok: false; readonly error: IntakeError }) {
    if (result.ok) return undefined;
    const { error } = result;
    if (error.kind === "history-trimmed") return { kind: "history-trimmed" } as const;
    if (error.kind === "epoch-too-large") {
      return { kind: "misbehaves", detail: "a log too large to heal" } as const;
    }
    if (error.kind === "entry-repeated") {
      return { kind: "misbehaves", detail: "an entry it gave before" } as const; // SY59
    }
    if (error.kind === "id-malformed") {
      return { kind: "misbehaves", detail: "an id without canonical form" } as const; // SY59
    }
    if (error.kind === "history-changed") {
      return { kind: "misbehaves", detail: HISTORY_CHANGED } as const;
    }
    this.#deps.onStorageProblem(error);
    return { kind: "storage" } as const;
  }

  /** Whether there was anything to tell. */
  #tellForks(): boolean { // SY162
    const found = this.#own().opener.found();
    const isNew = found !== this.#forks &&
      found.forks.length + this.#forks.forks.length > 0;
    if (isNew) this.#deps.onForks(found);
    this.#forks = found;
    return isNew;
  }

  /** Not live while healing: what others read here is the old epoch still (SY47). */
  #showProgress(): void {
    const { phase, joinedHead, present } = this.#session;
    this.#isLive = phase === "live" && !this.#own().isHealing();
    const seq = this.#own().seq();
    this.#deps.onPhase(
      this.#isLive
        ? { phase: "live" }
        : { phase: "catching-up", seq, head: Math.max(seq, joinedHead) },
      present,
    );
  }

  #own(): Intake {
    if (this.#intake === undefined) throw new Error("Cannot take a frame before the connection");
    return this.#intake;
  }

  #send(frame: ClientFrame): void {
    this.#socket?.send(encodeFrame(frame));
  }
}
