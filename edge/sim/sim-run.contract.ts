/**
 * One seed, one run: people talk while everything breaks; safety at every step, then the faults end
 * and liveness is asked for.
 */

import { drawRecipe } from "#shared/testing/sim/local-room-world.ts";
import {
  honestPlans,
  roomComplaints,
  roomInvariants,
  roomSteps,
} from "#shared/testing/sim/room-invariants.ts";
import { MARKER } from "./invariants-view.ts";
import type { SimResult } from "./sim-report.ts";
import type { SimDevice } from "./sim-device.contract.ts";
import { personaOf, SimWorld } from "./sim-world.contract.ts";

const STEPS_MIN = 4;
const STEPS_MORE = 5;
const WAITS_MS = [20, 100, 400, 1_500, 5_000, 17_000];
const NAMES = ["ada", "bob", "cy", "di"];

export async function runSeed(seed: number): Promise<SimResult> {
  const world = new SimWorld(`relay ${seed}`);
  const { random } = world;
  const faults: Record<string, number> = {};
  const count = (name: string): void => void (faults[name] = (faults[name] ?? 0) + 1);
  const people = random.pick([2, 2, 2, 3, 3, 4]);
  const readers = people > 2 && random.next() < 0.25 ? 1 : 0;
  await world.people(NAMES.slice(0, people), readers);
  for (const device of world.devices) device.open();
  await world.advance(3_000);
  const [, second] = world.devices;
  if (second?.keys.access === "write") await addPersona(world);
  const isHostile = random.next() < 0.2;
  if (isHostile) world.tamper.kind = random.pick(["lose", "double", "turn"]);
  const steps = STEPS_MIN + random.integer(STEPS_MORE);
  for (let step = 0; step < steps && world.complaints.length === 0; step += 1) {
    count(await takeStep(world));
    await world.advance(random.pick(WAITS_MS));
  }
  if (world.tamper.count > 0) count("tamper");
  if (world.complaints.length === 0) {
    await settle(world);
    checkRoom(world, faults["lost commits"] !== undefined);
    if (!isHostile) checkHistory(world);
  }
  world.end();
  const hash = world.hash.digest("hex");
  const { complaints, lines } = world;
  return { seed, complaints, hash, lines, virtualMs: world.clock.now(), faults };
}

async function addPersona({ devices }: SimWorld): Promise<void> {
  const { id, card, requirement } = personaOf("ps_b");
  const persona = { kind: "persona", persona: id, card, requirement } as const;
  await devices[1]?.append({ ...persona, hosts: "any", removed: false });
}

/** Something that people do, or that goes wrong; its name. */
async function takeStep(world: SimWorld): Promise<string> {
  const { random, net } = world;
  const device = random.pick(world.devices);
  const draw = random.next();
  if (draw < 0.04) return named("hostile peer", () => world.attack());
  if (draw < 0.42) {
    const writers = world.devices.filter((one) => one.keys.access === "write");
    if (draw < 0.16) return await press(world, random.pick(writers));
    const addressed = random.next() < 0.25 ? [random.pick(["ps_a", "ps_b"])] : [];
    for (let n = 1 + random.integer(2); n > 0; n -= 1) await random.pick(writers).say(addressed);
    return "say";
  }
  if (draw < 0.48) return named("drop", () => net.drop(device.name));
  if (draw < 0.55) return named("half-open", () => net.freeze(device.name));
  if (draw < 0.6) return named("strand", () => net.strand(device.name));
  if (draw < 0.65) return named("refuse", () => net.setDoor("refuse", device.name));
  if (draw < 0.68) return named("silence", () => net.setDoor("silence", device.name));
  if (draw < 0.76) {
    if (device.isOpen) device.close();
    else device.open();
    return "page";
  }
  if (draw < 0.8) {
    net.freeze(device.name);
    device.close();
    return "crash";
  }
  if (draw < 0.85) return named("held commits", () => world.store.holdCommits());
  if (draw < 0.88) {
    const failure = { kind: "storage-failed", detail: "sim" } as const;
    return named("failed commit", () => world.store.failNextCommit(failure));
  }
  if (draw < 0.9) return named("device disk", () => device.disk.abortAtWrite(1));
  const commitsLost = draw < 0.95 ? 0 : 1 + random.integer(4);
  await world.restart(commitsLost);
  return commitsLost > 0 ? "lost commits" : "restart";
}

/** Somebody changes the recipe or presses what stands at a message, as the own page has it. */
async function press({ random }: SimWorld, device: SimDevice): Promise<string> {
  const state = device.isOpen ? device.feed.state() : undefined;
  const turn = random.pick([...state?.turns.values() ?? [], undefined]);
  const persona = turn?.entries[0]?.persona;
  const mine = state?.messages.findLast(({ author }) => author === device.id);
  const draw = random.next();
  if (draw < 0.5) await device.append({ kind: "recipe", recipe: drawRecipe(random) });
  else if (draw < 0.6) await device.append({ kind: "stop", scope: { kind: "all" } });
  else if (draw < 0.8 && turn !== undefined && persona !== undefined) {
    await device.append({ kind: "again", turn: turn.turn, persona });
  } else if (mine !== undefined) {
    await device.append({ kind: "edit", of: mine.seq, text: `${MARKER} edited` });
  }
  return "press";
}

function named(name: string, act: () => void): string {
  act();
  return name;
}

/** Faults end, a person presses retry, and time passes; then everything must be as promised. */
async function settle(world: SimWorld): Promise<void> {
  const wasHostile = world.tamper.kind !== undefined;
  world.tamper.kind = undefined;
  world.net.setDoor("open");
  // One that was connecting is open now.
  await world.advance(1_000);
  world.net.drop("mallory");
  world.store.releaseCommits();
  for (const device of world.devices) if (!device.isOpen) device.open();
  for (let round = 0; round < 3; round += 1) {
    await world.advance(20_000);
    for (const device of world.devices) if (device.phase !== "live") device.retryNow();
  }
  // Who was not told of somebody's coming learns it at the next join. A link that hangs is left to
  // find out by itself.
  const deceived = world.devices.filter(({ phase }) => wasHostile && phase === "live");
  for (const { name } of deceived) world.net.drop(name);
  if (deceived.length > 0) await world.advance(20_000);
  for (let round = 0; round < 6 && world.devices.some(isBusy); round += 1) {
    await world.advance(20_000);
  }
  const peers = world.devices.map((device) => ({
    ...{ name: device.name, device: device.id, phase: `${device.phase} ${device.reason}`.trim() },
    ...{ unsent: device.store.unsent.length, present: device.present, ids: device.ids },
    openTurns: device.feed.state().openTurns.length,
    roomHash: device.roomHash,
  }));
  world.note({ kind: "final", log: await world.log(), peers });
}

/** What must hold of the room that all agree on in the end. */
function checkRoom({ devices, complaints }: SimWorld, hasLost: boolean): void {
  const checks = roomInvariants.filter((check) => !hasLost || check !== honestPlans);
  complaints.push(...roomComplaints(roomSteps(devices[0]?.entries ?? []), checks));
}

/** No fault of an honest relay, and no member who lies, makes two honest ones a fork (CR34). */
function checkHistory({ devices, complaints }: SimWorld): void {
  const honest = new Set(devices.map(({ id }) => id));
  for (const { name, forkedWith } of devices) {
    const blamed = forkedWith.filter((device) => honest.has(device));
    if (blamed.length > 0) complaints.push(`CR34: ${name} takes ${blamed.join()} for forked`);
  }
}

function isBusy(device: { phase: string; store: { unsent: readonly unknown[] } }): boolean {
  return device.phase !== "live" || device.store.unsent.length > 0;
}
