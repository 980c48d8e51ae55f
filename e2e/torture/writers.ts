/**
 * Clients of the wire protocol that append at full speed with a window of appends under way, so
 * that a signal always hits commits. They reconnect, go on from their cursor, resend the same ids.
 * What was refused for now they send again, once all that is under way was: so the order stays.
 */

import { setTimeout as sleep } from "node:timers/promises";
import type { RoomKeys } from "#shared/crypto/mod.ts";
import type { Cursor, ServerFrame } from "#shared/protocol/mod.ts";
import {
  createDevice,
  crypto,
  type Device,
  freshId,
  type JoinedSocket,
  joinRoom,
} from "../../edge/conformance/room-client.ts";
import { checkLog, checkOrder, type Findings, type LogRow, mergeFindings } from "./history.ts";

/** Half of the relay's batch: two writers fill one. */
const WINDOW = 64;
const RETRY_MS = 50;
const REFUSED_WAIT_MS = 200;
const BODY_BYTES = 150;

export interface Writer {
  readonly device: Device;
  /** What it heard, in the order heard. */
  readonly log: readonly LogRow[];
  readonly acknowledged: ReadonlyMap<string, number>;
  /** Ids in the order first sent. */
  readonly sent: readonly string[];
  /** Appends without an answer. */
  underWay(): number;
  /** Entries of writers that it heard: what the relay itself says is in `log` too. */
  heard(): number;
  readonly facts: WriterFacts;
  /** Lets it append; it stays connected otherwise. */
  setAppending(is: boolean): void;
  /** Connects and comes back until `signal` aborts. */
  run(signal: AbortSignal): Promise<void>;
}

export interface WriterFacts {
  connections: number;
  /** Answers of "you had sent that": committed, and the first answer never arrived. */
  repeated: number;
  epochs: Set<string>;
  /** Answers of "not now". */
  refused: number;
  /** A cursor that was not taken up, or an append refused for good: neither may happen. */
  complaints: string[];
}

export async function createWriter(origin: string, room: RoomKeys): Promise<Writer> {
  const device = await createDevice();
  const log: LogRow[] = [];
  const acknowledged = new Map<string, number>();
  const sent: string[] = [];
  const pending = new Map<string, string>();
  /** Of the pending, what was refused on this socket. */
  const refused = new Set<string>();
  const facts: WriterFacts = {
    ...{ connections: 0, repeated: 0, refused: 0 },
    ...{ epochs: new Set(), complaints: [] },
  };
  let cursor: Cursor | undefined;
  let heard = 0;
  let isAppending = false;
  let socket: JoinedSocket | undefined;

  const pump = (): void => {
    while (isAppending && socket !== undefined && refused.size === 0 && pending.size < WINDOW) {
      const [id, body] = [freshId(), Buffer.from(crypto.randomBytes(BODY_BYTES))];
      sent.push(id);
      pending.set(id, body.toString("base64url"));
      socket.send({ t: "append", id, body: body.toString("base64url") });
    }
  };
  const take = (frame: ServerFrame): void => {
    if (frame.t === "entries") {
      for (const { seq, id } of frame.entries) log.push({ seq, id });
      heard += frame.entries.filter(({ from }) => from !== "relay").length;
      cursor = { epoch: frame.epoch, seq: frame.entries.at(-1)?.seq ?? 0, mac: frame.mac };
    } else if (frame.t === "ok") {
      acknowledged.set(frame.id, frame.seq);
      pending.delete(frame.id);
      if (frame.dup) facts.repeated += 1;
      pump();
    } else if (frame.t === "no") {
      if (!frame.retry) facts.complaints.push(`refused: ${frame.code}`);
      facts.refused += 1;
      refused.add(frame.id);
    }
  };
  /** Sends what has no answer, in the order first sent. */
  const sendPending = (joined: JoinedSocket): void => {
    refused.clear();
    for (const [id, body] of pending) joined.send({ t: "append", id, body });
    pump();
  };
  const serve = async (signal: AbortSignal): Promise<void> => {
    const joined = await joinRoom({ origin }, room, { device, ...(cursor && { cursor }) });
    const leave = (): void => joined.close();
    signal.addEventListener("abort", leave);
    facts.connections += 1;
    facts.epochs.add(joined.joined.epoch);
    if (!joined.joined.recovered && cursor !== undefined) {
      facts.complaints.push(`cursor not taken up: ${joined.joined.reason}`);
    }
    socket = joined;
    sendPending(joined);
    try {
      for (let index = 0;; index += 1) {
        take(await joined.find((frame): frame is ServerFrame => frame.t !== undefined, index));
        if (refused.size === 0 || refused.size < pending.size) continue;
        await sleep(REFUSED_WAIT_MS, undefined, { signal });
        sendPending(joined);
      }
    } finally {
      signal.removeEventListener("abort", leave);
      socket = undefined;
    }
  };

  return {
    ...{ device, log, acknowledged, sent, facts },
    underWay: () => pending.size,
    heard: () => heard,
    setAppending(is) {
      isAppending = is;
      pump();
    },
    async run(signal) {
      while (!signal.aborted) {
        // The relay is down or went down: that is what this is about.
        await serve(signal).catch(() => undefined);
        await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
      }
    },
  };
}

/** How much each of the writers has heard and sent. */
export type Places = readonly { readonly heard: number; readonly sent: number }[];

export const placesOf = (writers: readonly Writer[]): Places =>
  writers.map(({ log, sent }) => ({ heard: log.length, sent: sent.length }));

/**
 * Every writer's promises against every writer's log, and against that of a newcomer. `since`: only
 * what came behind these places, at which everybody had everything.
 */
export function judgeWriters(
  writers: readonly Writer[],
  newcomer: readonly LogRow[] | undefined,
  since: Places = [],
): Findings {
  const heard = writers.map(({ log }, at) => log.slice(since[at]?.heard ?? 0));
  const logs = newcomer === undefined ? heard : [...heard, newcomer];
  const promises = writers.map(({ acknowledged, sent }, at) => {
    const ids = sent.slice(since[at]?.sent ?? 0);
    const seqs = new Map(ids.flatMap((id) => {
      const seq = acknowledged.get(id);
      return seq === undefined ? [] : [[id, seq] as const];
    }));
    return { ids, seqs };
  });
  return mergeFindings(logs.flatMap((log) =>
    promises.flatMap(({ ids, seqs }) => [
      checkLog(seqs, log),
      checkOrder(ids, log.map(({ id }) => id)),
    ])
  ));
}
