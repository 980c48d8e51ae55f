/**
 * Invariants of what peers see: I4, I5, I6, I9, I13, I14, I15, I16, I19 of relay.md D3.
 *
 * Amended: I9 is about what a device says (D27: one append under way at a time, so its order is the
 * order of the log); I13's grace is the relay's `leftAfterMs` and the idle close; I19 is "replay
 * creates no input the state does not call for" (D25), checked as: no device settles the same
 * attempt under the same assignment twice.
 */

import { decodeBase64Url } from "#shared/crypto/mod.ts";
import type { Invariant, SeenEntry } from "./sim-trace.ts";

/** In everything that people and personas of a run say. */
export const MARKER = "hush";

export const idOnce: Invariant = {
  name: "I4",
  title: "an id is once in each view, and after healing in every peer's",
  start: () => (fact) => {
    if (fact.kind === "mirror") {
      const ids = new Set(fact.entries.map((entry) => entry.id));
      return ids.size === fact.entries.length ? undefined : `${fact.peer} has an id twice`;
    }
    if (fact.kind !== "final") return undefined;
    const log = fact.log.join();
    const odd = fact.peers.find((peer) => peer.ids.join() !== log);
    return odd && `${odd.name} ended with ${odd.ids.length} entries, the relay ${fact.log.length}`;
  },
};

export const viewIsPrefix: Invariant = {
  name: "I5",
  title: "every peer's view of an epoch is a prefix of its log, in the same order",
  start() {
    const logs = new Map<string, Map<number, string>>();
    return (fact) => {
      if (fact.kind === "killed") {
        for (const seq of logs.get(fact.epoch)?.keys() ?? []) {
          if (seq > fact.head) logs.get(fact.epoch)?.delete(seq);
        }
      }
      if (fact.kind === "out" && fact.frame.t === "entries") {
        const log = logs.get(fact.frame.epoch) ?? new Map<number, string>();
        logs.set(fact.frame.epoch, log);
        for (const { seq, id, body } of fact.frame.entries) log.set(seq, `${id} ${body}`);
      }
      if (fact.kind !== "mirror") return undefined;
      const log = logs.get(fact.epoch);
      const odd = fact.entries.find((entry, index) => entry.seq !== index + 1 || isOdd(log, entry));
      return odd && `${fact.peer} has at ${odd.seq} what the log has not`;
    };
  },
};

/** Where a killed relay forgot a seq there is nothing to compare. */
function isOdd(log: ReadonlyMap<number, string> | undefined, entry: SeenEntry): boolean {
  const known = log?.get(entry.seq);
  return known !== undefined && known !== `${entry.id} ${entry.sealed}`;
}

export const liveIsWhole: Invariant = {
  name: "I6",
  title: "no peer is told `live` before everything up to the head at its join",
  start() {
    const heads = new Map<number, number>();
    const sent = new Map<number, number>();
    return (fact) => {
      if (fact.kind === "in" && fact.frame?.t === "join") {
        sent.set(fact.wire, fact.frame.cursor?.seq ?? 0);
      }
      if (fact.kind !== "out") return undefined;
      const { frame, wire } = fact;
      if (frame.t === "joined") {
        heads.set(wire, frame.head);
        if (!frame.recovered) sent.set(wire, frame.floor - 1);
      }
      if (frame.t === "entries") sent.set(wire, frame.entries.at(-1)?.seq ?? 0);
      if (frame.t !== "live") return undefined;
      const [head, last] = [heads.get(wire) ?? Infinity, sent.get(wire) ?? 0];
      return last >= head ? undefined : `wire ${wire} is live at ${last}, the head was ${head}`;
    };
  },
};

export const sendOrder: Invariant = {
  name: "I9",
  title: "per device, entries keep send order",
  start() {
    const order = new Map<string, Map<string, number>>();
    return (fact) => {
      if (fact.kind === "said") {
        const known = order.get(fact.device) ?? new Map<string, number>();
        order.set(fact.device, known.set(fact.text, known.size));
      }
      if (fact.kind !== "mirror") return undefined;
      const last = new Map<string, number>();
      for (const { device, body } of fact.entries) {
        const text = (body as { readonly text?: string }).text;
        if (body.kind !== "say" || text === undefined) continue;
        const place = order.get(device)?.get(text);
        if (place === undefined) return `${fact.peer} reads what nobody said: ${text}`;
        if (place <= (last.get(device) ?? -1)) return `${fact.peer} reads "${text}" out of order`;
        last.set(device, place);
      }
      return undefined;
    };
  },
};

export const presenceConverges: Invariant = {
  name: "I13",
  title: "presence converges",
  start: () => (fact) => {
    if (fact.kind !== "final") return undefined;
    const here = fact.peers.map((peer) => peer.device).toSorted().join();
    const odd = fact.peers.find((peer) => peer.present.toSorted().join() !== here);
    return odd && `${odd.name} sees ${odd.present.length} of ${fact.peers.length} devices`;
  },
};

export const roomConverges: Invariant = {
  name: "RM1",
  title: "peers with the same log have the same room and the same plans",
  start: () => (fact) => {
    if (fact.kind !== "final") return undefined;
    const [first, ...others] = fact.peers;
    const odd = others.find((peer) =>
      peer.roomHash !== first?.roomHash && peer.ids.join() === first?.ids.join()
    );
    return odd && `${odd.name} has another room than ${first?.name}`;
  },
};

/** The relay's window and one frame more. */
const UNACKED_ENTRIES_MAX = 512 + 256;

export const boundedSocket: Invariant = {
  name: "I14",
  title: "what a socket holds is bounded by its window, whatever the peer does",
  start() {
    const sent = new Map<number, number>();
    return (fact) => {
      if (fact.kind === "closed") sent.delete(fact.wire);
      if (fact.kind === "in" && fact.frame?.t === "ack") {
        const { seq } = fact.frame;
        const wires = sent.get(fact.wire) ?? 0;
        sent.set(fact.wire, seq < 0 ? wires : 0);
      }
      if (fact.kind !== "out" || fact.frame.t !== "entries") return undefined;
      const count = (sent.get(fact.wire) ?? 0) + fact.frame.entries.length;
      sent.set(fact.wire, count);
      return count > UNACKED_ENTRIES_MAX
        ? `wire ${fact.wire} was given ${count} entries without an ack`
        : undefined;
    };
  },
};

export const outboxEmpties: Invariant = {
  name: "I15",
  title: "the outbox empties when connectivity returns, and every turn settles",
  start: () => (fact) => {
    if (fact.kind !== "final") return undefined;
    const odd = fact.peers.find((peer) =>
      peer.phase !== "live" || peer.unsent > 0 || peer.openTurns > 0
    );
    return odd &&
      `${odd.name} is ${odd.phase}, ${odd.unsent} unsent, ${odd.openTurns} turns open`;
  },
};

export const relayIsBlind: Invariant = {
  name: "I16",
  title: "nothing that reaches the relay holds plaintext",
  start() {
    const decoder = new TextDecoder("latin1");
    return (fact) => {
      if (fact.kind !== "in" || fact.frame === undefined) return undefined;
      const { frame } = fact;
      if (frame.t !== "append" && frame.t !== "eph") return undefined;
      const bytes = decodeBase64Url(frame.body);
      // In base64url four letters stand for three bytes: one place in 16 million has the marker.
      const body = bytes === undefined ? frame.body : decoder.decode(bytes);
      const isTold = body.includes(MARKER) ||
        JSON.stringify({ ...frame, body: "" }).includes(MARKER);
      return isTold ? `wire ${fact.wire} sent plaintext` : undefined;
    };
  },
};

interface Settle {
  readonly kind: "settle";
  readonly turn: number;
  readonly persona: string;
  readonly attempt: number;
  readonly assign: number;
}

export const replayTriggersNobody: Invariant = {
  name: "I19",
  title: "replay triggers no persona: a device settles an attempt once",
  start: () => (fact) => {
    if (fact.kind !== "mirror") return undefined;
    const settled = new Set<string>();
    for (const { device, body } of fact.entries) {
      if (body.kind !== "settle") continue;
      const { turn, persona, attempt, assign } = body as Settle;
      const key = `${device} ${turn}/${persona}/${attempt} under ${assign}`;
      if (settled.has(key)) return `settled twice: ${key}`;
      settled.add(key);
    }
    return undefined;
  },
};
