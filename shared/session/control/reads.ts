/**
 * Reads: what of a session can be asked in every status, answered at once.
 *
 * Rules (shared/SPEC.md, section SC):
 *   SC79  Of sessions one sees itself and its children; of what is missing and of what is not seen
 *         the answer is the same.
 *   SC87  Older entries of the log are read page by page, whatever the snapshot has.
 */

import { raceSignal } from "../../base/race.ts";
import { err, ok } from "../../base/result.ts";
import { rewindTargets } from "../log/rewind.ts";
import type { Answer } from "./asks.ts";
import type { ControllerDeps } from "./controller-deps.ts";
import type { ControlLimits } from "./limits.ts";
import type { SessionCall } from "./requests.ts";
import type { RunDriver } from "./run-driver.ts";

type Read = Extract<
  SessionCall,
  {
    readonly method:
      | "list-rewind-targets"
      | "list-completions"
      | "list-visible"
      | "read-log"
      | "inspect"
      | "attach-or-restore";
  }
>;

export interface Reads {
  answer(call: Read): Promise<Answer>;
}

export function createReads(
  deps: ControllerDeps,
  driver: RunDriver,
  limits: ControlLimits,
  life: AbortSignal,
): Reads {
  const { log, directory, settings, ledger } = deps;

  const complete = async (call: Extract<Read, { readonly method: "list-completions" }>) => {
    const names = async (): Promise<Answer | readonly string[]> => {
      if (call.of === "tool") return settings.tools();
      if (call.of === "memory") return [...log.state().memory.keys()];
      const listed = await raceSignal(directory.list(life), life);
      return listed.ok ? listed.value.map(({ session }) => session) : listed;
    };
    const found = await names();
    if ("ok" in found) return found;
    const values = found.filter((name) => name.startsWith(call.prefix)).toSorted()
      .slice(0, limits.completionsMax);
    return ok({ kind: "completions", values } as const);
  };

  const inspect = async (session: string): Promise<Answer> => { // SC79
    const listed = await raceSignal(directory.list(life), life);
    if (!listed.ok) return listed;
    const info = listed.value.find((one) => one.session === session);
    if (info === undefined) return err({ kind: "session-unknown", session });
    if (session !== deps.session) {
      const child = await raceSignal(directory.inspect(session, life), life);
      return child.ok ? ok({ kind: "inspection", info, ...child.value }) : child;
    }
    const inputs = await raceSignal(ledger.inputs(limits.inputsShownMax, life), life);
    if (!inputs.ok) return inputs;
    const memory = [...log.state().memory.values()];
    const rules = settings.rules();
    return ok({ kind: "inspection", info, inputs: inputs.value, memory, rules });
  };

  const attachOrRestore = async (session: string): Promise<Answer> => {
    if (session !== deps.session) {
      const attached = await raceSignal(directory.attach(session, life), life);
      return attached.ok ? ok({ kind: "attached", ...attached.value }) : attached;
    }
    const restored = driver.state().life !== "active";
    const revived = restored ? await driver.restore(life) : ok(undefined);
    if (!revived.ok) return revived;
    return ok({ kind: "attached", restored, snapshot: log.snapshot() });
  };

  return {
    async answer(call) {
      switch (call.method) {
        case "list-rewind-targets": {
          const state = log.state();
          return ok({ kind: "rewind-targets", head: state.head, targets: rewindTargets(state) });
        }
        case "list-completions":
          return await complete(call);
        case "list-visible": {
          const listed = await raceSignal(directory.list(life), life);
          return listed.ok ? ok({ kind: "visible", sessions: listed.value }) : listed;
        }
        case "read-log": { // SC87
          const from = Math.max(0, call.before - limits.logEntriesMax);
          const entriesMax = call.before - from;
          const read = await raceSignal(deps.readLog(from, entriesMax, life), life);
          if (!read.ok) return read;
          // A trimmed log begins behind `from`, maybe behind `before`.
          const entries = read.value.filter(({ index }) => index < call.before);
          return ok({ kind: "log-entries", entries });
        }
        case "inspect":
          return await inspect(call.session);
        case "attach-or-restore":
          return await attachOrRestore(call.session);
        default:
          return call satisfies never;
      }
    },
  };
}
