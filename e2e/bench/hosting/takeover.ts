/**
 * From the loss of a host to the next: two headless hosts of one room, of which one is lost while a
 * persona that neither of them owns has a question before her.
 */

import type { RoomState } from "#shared/room/mod.ts";
import { isReady, openHostRack, until } from "./host-rack.ts";

export type Loss = "killed" | "stopped";

export interface TakeoverTimes {
  readonly loss: Loss;
  /** Until the room says that the host has left: the relay waits 15 s for one that was killed. */
  readonly leftMs: number;
  /** From there until the other holds the persona. */
  readonly takenMs: number;
  /** From there until the question is answered. */
  readonly answeredMs: number;
  readonly totalMs: number;
}

export interface TakeoverFigures {
  readonly times: readonly TakeoverTimes[];
  /** From a host's start until it is ready: not part of a takeover by one that runs. */
  readonly loadMs: readonly number[];
}

const NAMES = ["cellar", "attic"] as const;

/** `losses` of each kind, in turn. */
export async function measureTakeovers(
  losses: number,
  tell: (line: string) => void,
): Promise<TakeoverFigures> {
  const rack = await openHostRack([]);
  const { guest } = rack;
  const loadMs: number[] = [];
  const times: TakeoverTimes[] = [];
  const start = async (name: string) => {
    const atMs = performance.now();
    const host = rack.start(name);
    loadMs.push(await until(isReady(host), `${name} is not ready`) - atMs);
    await until(() => deviceOf(guest.state(), name) !== undefined, `${name} is not announced`);
    return host;
  };
  try {
    const card = { name: "Ada", gist: "a gardener", description: "", greeting: "", hue: 0 };
    const requirement = { contextTokensMin: 1 };
    await guest.send({
      ...{ kind: "persona", persona: "ps_ada", card, requirement, hosts: "any", removed: false },
    });
    const hosts = new Map([
      [NAMES[0], await start(NAMES[0])],
      [NAMES[1], await start(NAMES[1])],
    ]);
    for (let loss = 0; loss < 2 * losses; loss += 1) {
      await until(() => holderOf(guest.state()) !== undefined, "Ada is not hosted");
      const held = holderOf(guest.state());
      const name = NAMES.find((one) => deviceOf(guest.state(), one) === held) ?? NAMES[0];
      const kind = loss % 2 === 0 ? "killed" : "stopped";
      await guest.say(`Question ${loss}: what do you know of the rain?`);
      await until(() => guest.state().turns.size === loss + 1, "The question is not in the log");
      const atMs = performance.now();
      const host = hosts.get(name);
      const gone = kind === "killed" ? host?.kill() : host?.stop();
      times.push({ loss: kind, ...await timeTakeover(guest.state, held, atMs) });
      await gone;
      tell(`hosting: host lost ${loss + 1} of ${2 * losses}`);
      hosts.set(name, await start(name));
    }
    return { times, loadMs };
  } finally {
    await rack.stop();
  }
}

async function timeTakeover(
  state: () => RoomState,
  held: string | undefined,
  atMs: number,
): Promise<Omit<TakeoverTimes, "loss">> {
  const leftMs = await until(() => holderOf(state()) !== held, "It is not said to have left");
  const takenMs = await until(() => holderOf(state()) !== undefined, "Nobody takes her over");
  const isAnswered = () =>
    [...state().turns.values()].every(({ entries }) => entries.every(({ settled }) => settled));
  const answeredMs = await until(isAnswered, "The question is not answered");
  return {
    leftMs: leftMs - atMs,
    takenMs: takenMs - leftMs,
    answeredMs: answeredMs - takenMs,
    totalMs: answeredMs - atMs,
  };
}

const holderOf = ({ personas }: RoomState): string | undefined =>
  personas.get("ps_ada")?.assignment?.device;

/** Of a host that is announced. */
const deviceOf = ({ devices }: RoomState, name: string): string | undefined =>
  [...devices.values()].find((one) => one.name === name && one.announced)?.id;
