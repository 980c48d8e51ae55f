/**
 * Invariants of the relay's log, read off the frames at the relay's side of the wires: I1, I2, I3,
 * I7, I8, I17, I18 of shared/design/relay.md D3.
 *
 * Amended: a relay that lost commits goes on in its old epoch until a client proves the loss by its
 * cursor (D2 "lost last N commits"), so what is said of an epoch holds again from the loss on.
 *
 * Rules (shared/SPEC.md, section SM):
 *   SM2  Each invariant is a named checker that a broken trace makes complain.
 */

import type { RelayEntry } from "#shared/protocol/mod.ts";
import type { Invariant, SimFact } from "./sim-trace.ts";

type Out<T extends string> = Extract<Extract<SimFact, { kind: "out" }>["frame"], { t: T }>;

function outOf<T extends string>(fact: SimFact, t: T): Out<T> | undefined {
  return fact.kind === "out" && fact.frame.t === t ? fact.frame as Out<T> : undefined;
}

const cursorKey = (epoch: string, seq: number): string => `${epoch}/${seq}`;

export const gaplessSeqs: Invariant = {
  name: "I1",
  title: "seq is gapless and strictly rising within an epoch",
  start() {
    const last = new Map<number, { epoch: string; seq: number }>();
    const cursors = new Map<number, number>();
    return (fact) => {
      if (fact.kind === "in" && fact.frame?.t === "join") {
        cursors.set(fact.wire, fact.frame.cursor?.seq ?? 0);
      }
      const joined = outOf(fact, "joined");
      if (joined !== undefined && fact.kind === "out") {
        const seq = joined.recovered ? cursors.get(fact.wire) ?? 0 : joined.floor - 1;
        last.set(fact.wire, { epoch: joined.epoch, seq });
      }
      const frame = outOf(fact, "entries");
      if (frame === undefined || fact.kind !== "out") return undefined;
      const before = last.get(fact.wire) ?? { epoch: frame.epoch, seq: 0 };
      let { seq } = before;
      for (const entry of frame.entries) {
        if (entry.seq !== seq + 1) return `wire ${fact.wire}: ${entry.seq} came behind ${seq}`;
        seq = entry.seq;
      }
      last.set(fact.wire, { epoch: frame.epoch, seq });
      return before.epoch === frame.epoch ? undefined : `wire ${fact.wire} changed its epoch`;
    };
  },
};

export const oneMeaning: Invariant = {
  name: "I2",
  title: "an (epoch, seq) names one id and one body for ever",
  start() {
    const named = new Map<string, Map<number, string>>();
    return (fact) => {
      if (fact.kind === "killed") {
        const known = named.get(fact.epoch);
        for (const seq of known?.keys() ?? []) if (seq > fact.head) known?.delete(seq);
        return undefined;
      }
      const frame = outOf(fact, "entries");
      if (frame === undefined) return undefined;
      const known = named.get(frame.epoch) ?? new Map<number, string>();
      named.set(frame.epoch, known);
      return frame.entries.map((entry) => nameIt(known, entry)).find(Boolean);
    };
  },
};

function nameIt(known: Map<number, string>, entry: RelayEntry): string | undefined {
  const name = `${entry.id} ${entry.body}`;
  const before = known.get(entry.seq);
  known.set(entry.seq, name);
  return before === undefined || before === name ? undefined : `${entry.seq} was another entry`;
}

export const acknowledgedStays: Invariant = {
  name: "I3",
  title: "every `ok` is in the log after any fault, or the epoch changed",
  start() {
    const devices = new Map<number, string>();
    /** By id, the device that was told. */
    const acknowledged = new Map<string, string | undefined>();
    return (fact) => {
      if (fact.kind === "in" && fact.frame?.t === "join") {
        devices.set(fact.wire, fact.frame.device);
      }
      if (fact.kind === "out" && fact.frame.t === "ok") {
        acknowledged.set(fact.frame.id, devices.get(fact.wire));
      }
      if (fact.kind !== "final") return undefined;
      // Amended by D27: healing brings an entry back into the next epoch, under the same id. What a
      // hostile member made up and nobody could open may stay lost: the epoch changed.
      const log = new Set(fact.log);
      const honest = fact.peers.map((peer) => peer.device);
      const lost = [...acknowledged].filter(([id, by = ""]) => honest.includes(by) && !log.has(id))
        .map(([id]) => id);
      return lost.length === 0 ? undefined : `acknowledged and lost: ${lost.join(", ")}`;
    };
  },
};

export const recoveredWhole: Invariant = {
  name: "I7",
  title: "`recovered: true` implies no missing seq",
  start() {
    const expected = new Map<number, number>();
    const cursors = new Map<number, number>();
    return (fact) => {
      if (fact.kind === "in" && fact.frame?.t === "join") {
        cursors.set(fact.wire, fact.frame.cursor?.seq ?? 0);
      }
      if (fact.kind !== "out") return undefined;
      const { frame, wire } = fact;
      if (frame.t === "joined" && frame.recovered) {
        const seq = cursors.get(wire);
        if (seq === undefined || seq < frame.floor - 1) return `wire ${wire} misses entries`;
        expected.set(wire, seq + 1);
      }
      const next = expected.get(wire);
      if (frame.t !== "entries" || next === undefined) return undefined;
      expected.delete(wire);
      const first = frame.entries[0]?.seq;
      return first === next ? undefined : `wire ${wire} resumed at ${first}, not at ${next}`;
    };
  },
};

export const cursorAhead: Invariant = {
  name: "I8",
  title: "an authentic cursor ahead of the head makes a new epoch; a forged one changes nothing",
  start() {
    const given = new Set<string>();
    const asked = new Map<number, { epoch: string; seq: number; mac: string }>();
    return (fact) => {
      if (fact.kind === "in" && fact.frame?.t === "join" && fact.frame.cursor) {
        asked.set(fact.wire, fact.frame.cursor);
      }
      if (fact.kind !== "out") return undefined;
      const { frame, wire } = fact;
      const last = frame.t === "entries" ? frame.entries.at(-1) : undefined;
      if (frame.t === "entries" && last !== undefined) {
        given.add(`${cursorKey(frame.epoch, last.seq)} ${frame.mac}`);
      }
      const cursor = asked.get(wire);
      if (frame.t !== "joined" || cursor === undefined) return undefined;
      const isAuthentic = given.has(`${cursorKey(cursor.epoch, cursor.seq)} ${cursor.mac}`);
      if (isAuthentic) {
        const isOld = frame.epoch === cursor.epoch && cursor.seq > frame.head;
        return isOld ? `wire ${wire} is ahead of ${frame.head} in its own epoch` : undefined;
      }
      if (cursor.seq === 0) return undefined;
      const isFresh = !frame.recovered && frame.reason !== "ahead";
      return isFresh ? undefined : `a forged cursor was taken on wire ${wire}`;
    };
  },
};

export const refusedChangesNothing: Invariant = {
  name: "I17",
  title: "no rejected frame changes state",
  start() {
    /** Appends by id: how many are not refused. */
    const standing = new Map<string, number>();
    const joined = new Set<number>();
    const add = (id: string, count: number): void => {
      standing.set(id, (standing.get(id) ?? 0) + count);
    };
    return (fact) => {
      if (fact.kind === "in" && fact.frame?.t === "append" && joined.has(fact.wire)) {
        add(fact.frame.id, 1);
      }
      if (fact.kind !== "out") return undefined;
      const { frame } = fact;
      if (frame.t === "joined") joined.add(fact.wire);
      if (frame.t === "no") add(frame.id, -1);
      if (frame.t !== "entries") return undefined;
      const odd = frame.entries.find((one) =>
        one.from !== "relay" && (standing.get(one.id) ?? 0) <= 0
      );
      return odd && `${odd.id} is in the log and nobody's append of it stands`;
    };
  },
};

export const sameAnswer: Invariant = {
  name: "I18",
  title: "the reply to a repeat equals the first reply",
  start() {
    const epochs = new Map<number, string>();
    const answers = new Map<string, { seq: number; ts: number }>();
    return (fact) => {
      if (fact.kind === "killed") {
        for (const [key, answer] of answers) {
          if (key.startsWith(`${fact.epoch}/`) && answer.seq > fact.head) answers.delete(key);
        }
      }
      if (fact.kind !== "out") return undefined;
      const { frame, wire } = fact;
      if (frame.t === "joined") epochs.set(wire, frame.epoch);
      if (frame.t !== "ok") return undefined;
      const key = `${epochs.get(wire)}/${frame.id}`;
      const first = answers.get(key);
      answers.set(key, { seq: frame.seq, ts: frame.ts });
      const isSame = first === undefined || (first.seq === frame.seq && first.ts === frame.ts);
      return isSame ? undefined : `${frame.id} was ${first?.seq}, then ${frame.seq}`;
    };
  },
};
