/**
 * Invariants of who hosts whom, and of engines: I23, I24 and I26 (HO110).
 *
 * I24 in full: while a peer is fit (its page open and awake, its link live and undisturbed, not
 * slowed down, its engine not stuck) and may and can host a persona, she is not free for it longer
 * than `(rank + 1) x 2 s + LATENCY_MS`, and not lost to it (free, or held by a device without a
 * socket) longer than 15 s more. The first is HO20 as it stands: rank 0 waits one step, where the
 * issue counts none. The 15 s are what a relay waits for a lost socket (D15); `LATENCY_MS` is for
 * the ways to the relay and back (2 x 85 ms), its commit, and the rows of the peer's outbox before
 * the claim, each of which is acknowledged before the next is sent. A peer that gave her back
 * because its engine was stuck counts again 5 minutes later (HO29).
 */

import { supervisionLimits } from "#shared/supervision/mod.ts";
import type { HostingFact, HostingInvariant, SeenPersona } from "./hosting-trace.ts";

const LEFT_AFTER_MS = 15_000;
const STEP_MS = 2_000;
const LATENCY_MS = 3_000;
const PAUSE_MS = 5 * 60_000;

export const noRestartStorm: HostingInvariant = {
  name: "I23",
  title: "no engine is started more often in any window than its supervision allows",
  start() {
    const starts = new Map<string, readonly number[]>();
    return (fact) => {
      if (fact.kind !== "engine") return undefined;
      if (fact.what === "helped") return void starts.delete(fact.engine);
      const { windowMs, restartsMax } = supervisionLimits;
      const recent = (starts.get(fact.engine) ?? []).filter((at) => fact.atMs - at < windowMs);
      starts.set(fact.engine, [...recent, fact.atMs]);
      return recent.length > restartsMax
        ? `${fact.engine} was started ${recent.length + 1} times in ${windowMs} ms`
        : undefined;
    };
  },
};

export const oneHolder: HostingInvariant = {
  name: "I26",
  title: "no two peers believe in different holders of a persona at the same seq",
  start() {
    const holders = new Map<string, string>();
    return (fact) => {
      if (fact.kind !== "view") return undefined;
      const odd = fact.personas.find(({ persona, holder }) => {
        if (holder === undefined) return false;
        const key = `${persona}/${holder.seq}`;
        const known = holders.get(key);
        holders.set(key, holder.device);
        return known !== undefined && known !== holder.device;
      });
      return odd && `${fact.peer} has another holder of ${odd.persona} at ${odd.holder?.seq}`;
    };
  },
};

/** What one peer sees of one persona, since when. */
interface Wait {
  seen: SeenPersona;
  /** She has no holder. */
  freeSinceMs: number | undefined;
  /** She has none, or one without a socket. */
  lostSinceMs: number | undefined;
  /** She was given back by this peer, and left to others until then. */
  pausedUntilMs: number;
  /** The highest place it had in line while it waited. */
  rankMax: number;
  isTold: boolean;
}

interface Candidate {
  device: string;
  fitSinceMs: number | undefined;
  readonly waits: Map<string, Wait>;
}

export const neverFreeLong: HostingInvariant = {
  name: "I24",
  title: "no persona stays free longer than 15 s and 2 s a rank while a fit peer can host her",
  start() {
    const peers = new Map<string, Candidate>();
    const present = new Set<string>();
    return (fact) => {
      const complaint = firstLate(peers, fact.atMs);
      take(peers, present, fact);
      for (const peer of peers.values()) {
        for (const wait of peer.waits.values()) look(wait, present, fact.atMs);
      }
      return complaint;
    };
  },
};

function take(peers: Map<string, Candidate>, present: Set<string>, fact: HostingFact): void {
  if (fact.kind === "here") present.add(fact.device);
  if (fact.kind === "gone") present.delete(fact.device);
  if (fact.kind === "restarted") {
    present.clear();
    for (const { waits } of peers.values()) {
      for (const wait of waits.values()) wait.lostSinceMs = undefined;
    }
  }
  if (!("peer" in fact)) return;
  const peer = peers.get(fact.peer) ?? { device: "", fitSinceMs: undefined, waits: new Map() };
  peers.set(fact.peer, peer);
  if (fact.kind === "page") peer.waits.clear();
  if (fact.kind === "fit" || fact.kind === "unfit") {
    peer.device = fact.device;
    peer.fitSinceMs = fact.kind === "fit" ? fact.atMs : undefined;
  }
  if (fact.kind !== "view") return;
  for (const seen of fact.personas) {
    const wait = peer.waits.get(seen.persona);
    if (wait === undefined) peer.waits.set(seen.persona, beginWait(seen));
    else wait.seen = seen;
  }
  const cast = fact.personas.map(({ persona }) => persona);
  for (const persona of peer.waits.keys()) if (!cast.includes(persona)) peer.waits.delete(persona);
  for (const { device, persona } of fact.failed) {
    const wait = peer.waits.get(persona);
    if (wait !== undefined && device === peer.device) wait.pausedUntilMs = fact.atMs + PAUSE_MS;
  }
}

function beginWait(seen: SeenPersona): Wait {
  return {
    ...{ seen, freeSinceMs: undefined, lostSinceMs: undefined },
    ...{ pausedUntilMs: 0, rankMax: 0, isTold: false },
  };
}

/** Begins to count when she becomes free or lost, or this peer may host her; ends it otherwise. */
function look(wait: Wait, present: ReadonlySet<string>, nowMs: number): void {
  const { holder, rank } = wait.seen;
  const isFree = holder === undefined && rank !== undefined;
  const isLost = rank !== undefined && (holder === undefined || !present.has(holder.device));
  wait.freeSinceMs = isFree ? wait.freeSinceMs ?? nowMs : undefined;
  wait.lostSinceMs = isLost ? wait.lostSinceMs ?? nowMs : undefined;
  wait.rankMax = isLost ? Math.max(wait.rankMax, rank) : 0;
  wait.isTold &&= isLost;
}

function firstLate(peers: ReadonlyMap<string, Candidate>, nowMs: number): string | undefined {
  for (const [name, { fitSinceMs, waits }] of peers) {
    if (fitSinceMs === undefined) continue;
    for (const [persona, wait] of waits) {
      const { freeSinceMs, lostSinceMs, pausedUntilMs, rankMax, isTold } = wait;
      if (isTold || lostSinceMs === undefined) continue;
      const since = (ms: number): number => nowMs - Math.max(ms, fitSinceMs, pausedUntilMs);
      const allowedMs = (rankMax + 1) * STEP_MS + LATENCY_MS;
      const isFreeLong = freeSinceMs !== undefined && since(freeSinceMs) > allowedMs;
      if (!isFreeLong && since(lostSinceMs) <= allowedMs + LEFT_AFTER_MS) continue;
      wait.isTold = true;
      const how = isFreeLong ? "free" : "lost";
      return `${persona} is ${how} since ${isFreeLong ? freeSinceMs : lostSinceMs}, and ${name} ` +
        `of rank ${rankMax} is fit since ${fitSinceMs}`;
    }
  }
  return undefined;
}
