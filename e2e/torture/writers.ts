/**
 * Two clients of the wire protocol that append at full speed with a window of appends under way, so
 * that a signal always hits commits. They reconnect, go on from their cursor, resend the same ids.
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
  /** A cursor that was not taken up, or a refused append: neither may happen. */
  complaints: string[];
}

export async function createWriter(origin: string, room: RoomKeys): Promise<Writer> {
  const device = await createDevice();
  const log: LogRow[] = [];
  const acknowledged = new Map<string, number>();
  const sent: string[] = [];
  const pending = new Map<string, string>();
  const facts: WriterFacts = { connections: 0, repeated: 0, epochs: new Set(), complaints: [] };
  let cursor: Cursor | undefined;
  let isAppending = false;
  let socket: JoinedSocket | undefined;

  const pump = (): void => {
    while (isAppending && socket !== undefined && pending.size < WINDOW) {
      const [id, body] = [freshId(), Buffer.from(crypto.randomBytes(BODY_BYTES))];
      sent.push(id);
      pending.set(id, body.toString("base64url"));
      socket.send({ t: "append", id, body: body.toString("base64url") });
    }
  };
  const take = (frame: ServerFrame): void => {
    if (frame.t === "entries") {
      for (const { seq, id } of frame.entries) log.push({ seq, id });
      cursor = { epoch: frame.epoch, seq: frame.entries.at(-1)?.seq ?? 0, mac: frame.mac };
    } else if (frame.t === "ok") {
      acknowledged.set(frame.id, frame.seq);
      pending.delete(frame.id);
      if (frame.dup) facts.repeated += 1;
      pump();
    } else if (frame.t === "no") {
      facts.complaints.push(`refused: ${frame.code}`);
    }
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
    for (const [id, body] of pending) joined.send({ t: "append", id, body });
    socket = joined;
    pump();
    try {
      for (let index = 0;; index += 1) {
        take(await joined.find((frame): frame is ServerFrame => frame.t !== undefined, index));
      }
    } finally {
      signal.removeEventListener("abort", leave);
      socket = undefined;
    }
  };

  return {
    ...{ device, log, acknowledged, sent, facts },
    underWay: () => pending.size,
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

/** Every writer's promises against every writer's log, and against that of a newcomer. */
export function judgeWriters(
  writers: readonly Writer[],
  newcomer: readonly LogRow[] | undefined,
): Findings {
  const logs = [...writers.map(({ log }) => log), ...(newcomer === undefined ? [] : [newcomer])];
  return mergeFindings(logs.flatMap((log) =>
    writers.flatMap(({ acknowledged, sent }) => [
      checkLog(acknowledged, log),
      checkOrder(sent, log.map(({ id }) => id)),
    ])
  ));
}
