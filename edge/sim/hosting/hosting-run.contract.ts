/**
 * One seed, one run of the hosting world: people press while everything breaks, with safety at
 * every step; then the faults end and everything must settle within 8 minutes of virtual time.
 *
 * How to read a failing seed: its report has the complaint with the invariant's name (titles and
 * bounds stand in invariants-*.ts), the last facts (hosting-trace.ts), each with its virtual time,
 * and the command that runs it again. `step` says what people did or what broke, and to whom; the
 * facts between two steps are what the peers made of it. A fact's `peer` is a name, its `device`
 * the id of the same peer's device: `fit` and `unfit` say both. Nothing but the seed decides, so
 * output added anywhere shows the same run again.
 */

import type { RoomEvent } from "#shared/protocol/mod.ts";
import { roomComplaints, roomSteps } from "#shared/testing/sim/room-invariants.ts";
import type { SimResult } from "../sim-report.ts";
import { beginningOf } from "./beginnings.contract.ts";
import { heal, strike } from "./faults.contract.ts";
import type { HostingPeer } from "./hosting-peer.contract.ts";
import type { FinalPeer } from "./hosting-trace.ts";
import { HostingWorld } from "./hosting-world.contract.ts";
import { press } from "./people.contract.ts";

const STEPS_MIN = 5;
const STEPS_MORE = 6;
/** After who spoke, what happens next shall find the answers under way. */
const SHORT_WAITS_MS = [20, 100, 400, 1_500];
const WAITS_MS = [...SHORT_WAITS_MS, 5_000, 17_000, 40_000];
/**
 * Rounds of healing, each with a person who presses retry: the longest wait is that of a peer that
 * alone can host a persona and failed, 5 minutes (HO29), and an attempt's deadline behind it.
 */
const HEAL_ROUNDS = 48;
const HEAL_ROUND_MS = 10_000;

export async function runHostingSeed(seed: number): Promise<SimResult> {
  const beginning = await beginningOf(seed);
  const world = new HostingWorld(`hosting ${seed}`, beginning);
  const faults: Record<string, number> = {};
  await world.begin(beginning);
  const steps = STEPS_MIN + world.random.integer(STEPS_MORE);
  for (let step = 0; step < steps && world.complaints.length === 0; step += 1) {
    const name = await takeStep(world);
    faults[name] = (faults[name] ?? 0) + 1;
    const isBegun = name === "say" || name === "again";
    await world.clock.advance(world.random.pick(isBegun ? SHORT_WAITS_MS : WAITS_MS));
  }
  if (world.complaints.length === 0) await settle(world);
  world.end();
  const { complaints, lines } = world;
  const hash = world.hash.digest("hex");
  return { seed, complaints, hash, lines, virtualMs: world.clock.now(), faults };
}

/** Something that people do, or that goes wrong; its name. */
async function takeStep(world: HostingWorld): Promise<string> {
  const pressed = world.random.next() < 0.5 ? await press(world.random, world.peers) : undefined;
  const step = pressed ?? await strike(world);
  world.note({ kind: "step", ...step });
  return step.name;
}

async function settle(world: HostingWorld): Promise<void> {
  heal(world);
  for (let round = 0; round < HEAL_ROUNDS; round += 1) {
    for (const peer of world.peers) peer.help();
    await world.clock.advance(HEAL_ROUND_MS);
    if (world.complaints.length > 0) return;
    const heads = new Set(world.peers.map(({ state }) => state.head));
    if (heads.size === 1 && !world.peers.some(isBusy)) break;
  }
  world.note({ kind: "final", peers: world.peers.map(finalOf) });
  world.complaints.push(...roomComplaints(roomSteps(world.peers[0]?.entries ?? [])));
}

function isBusy(peer: HostingPeer): boolean {
  return peer.phase !== "live" || peer.store.unsent.length > 0 ||
    peer.state.openTurns.length > 0 || liveInputsOf(peer).length > 0;
}

function finalOf(peer: HostingPeer): FinalPeer {
  const { name, phase, state, roomHash, entries } = peer;
  const events = entries.map(({ seq, body }) => ({ seq, event: body as RoomEvent }));
  return {
    ...{ name, phase, roomHash, head: state.head, openTurns: state.openTurns },
    unsent: peer.store.unsent.length,
    liveInputs: liveInputsOf(peer),
    unexplained: unexplainedOf(peer),
    said: events.flatMap(({ event }) => event.kind === "say" ? [event.text] : []),
    accepted: acceptedOf(peer),
  };
}

function liveInputsOf({ store }: HostingPeer): readonly string[] {
  return store.inputs.filter(({ phase }) => phase === "queued" || phase === "staged")
    .map(({ turn, persona, attempt, phase }) => `${turn}/${persona}/${attempt} ${phase}`);
}

/** Inputs that ended have a receipt each, and one; attempts of the room have an outcome. */
function unexplainedOf({ store, state }: HostingPeer): readonly string[] {
  const receipts = store.receipts.map(({ inputId }) => inputId);
  const inputs = store.inputs.filter(({ id }) => receipts.filter((one) => one === id).length !== 1);
  const attempts = [...state.turns.values()].flatMap(({ turn, entries }) =>
    entries.filter(({ attempt, attempts }) => attempts.length !== attempt + 1)
      .map(({ persona, attempt }) => `${turn}/${persona}/${attempt}`)
  );
  return [...inputs.map(({ id }) => id), ...attempts];
}

/** Settlements of the log that count, by what they settle. */
function acceptedOf({ state, entries }: HostingPeer): readonly string[] {
  return entries.flatMap(({ seq, body }) => {
    const event = body as RoomEvent;
    if (event.kind !== "settle") return [];
    const { turn, persona, attempt } = event;
    const entry = state.turns.get(turn)?.entries.find((one) => one.persona === persona);
    const counts = entry?.attempts.some((one) => one.attempt === attempt && one.settledSeq === seq);
    return counts ? [`${turn}/${persona}/${attempt}`] : [];
  });
}
