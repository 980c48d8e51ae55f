/** From kill -9 of a host's engine process, amid a reply, to the reply's next words. */

import process from "node:process";
import { decodeEphemeral } from "#shared/protocol/mod.ts";
import { isReady, openHostRack, until } from "./host-rack.ts";

export interface CrashTimes {
  /** Until the next engine's process is started: the wait that supervision chose. */
  readonly backoffMs: number;
  /** From there until it is ready: its model is loaded and it gave a token. */
  readonly loadMs: number;
  /** From there until the person hears words of the reply that were not there before. */
  readonly wordsMs: number;
  readonly totalMs: number;
}

/** `rounds` crashes, each the first of a host's life. */
export async function measureProcessCrashes(
  rounds: number,
  tell: (line: string) => void,
): Promise<readonly CrashTimes[]> {
  const rack = await openHostRack([{ key: "ada", card: { name: "Ada", gist: "a gardener" } }]);
  const ear = listen(rack.guest);
  const all: CrashTimes[] = [];
  try {
    while (all.length < rounds) {
      const host = rack.start("cellar");
      await until(isReady(host), "The host is not ready");
      const isHosted = () =>
        [...rack.guest.state().personas.values()].some((one) => one.assignment);
      await until(isHosted, "Ada is not hosted");
      const [before, turns] = [ear.text(), rack.guest.state().turns.size];
      await rack.guest.say(`Question ${turns}: what do you know of the rain?`);
      await until(() => ear.text() !== before, "Nothing was said");
      const atMs = performance.now();
      process.kill(host.engines().at(-1)?.pid ?? 0, "SIGKILL");
      const startedMs = await until(() => host.engines().length > 1, "No engine was started");
      const readyMs = await until(isReady(host), "The engine is not ready");
      const half = ear.text();
      const wordsMs = await until(() => ear.text() !== half, "The reply does not go on");
      all.push({
        backoffMs: startedMs - atMs,
        loadMs: readyMs - startedMs,
        wordsMs: wordsMs - readyMs,
        totalMs: wordsMs - atMs,
      });
      tell(`hosting: process crash ${all.length} of ${rounds}`);
      const isSettled = () =>
        [...rack.guest.state().turns.values()].every(({ entries }) =>
          entries.every(({ settled }) => settled)
        );
      await until(isSettled, "The turn does not settle");
      await host.stop();
    }
    return all;
  } finally {
    ear.close();
    await rack.stop();
  }
}

/** The reply that is heard, as it grows. */
function listen(guest: { hear(): Promise<unknown> }): { text(): string; close(): void } {
  let text = "";
  let isOver = false;
  const follow = async (): Promise<void> => {
    while (!isOver) {
      for (const part of decodeEphemeral(await guest.hear())?.frames ?? []) {
        // Behind a gap nothing is known; the whole text comes again.
        if (part.offset <= text.length) text = text.slice(0, part.offset) + part.text;
      }
    }
  };
  void follow(); // Ends with the guest, whose last wait is never answered.
  return { text: () => text, close: () => void (isOver = true) };
}
