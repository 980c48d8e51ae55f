/** Adds or removes an endpoint, and lets the chosen model follow. */

import { ok, type Result } from "#shared/base/mod.ts";
import type { EngineService } from "#shared/hosting/mod.ts";
import type { ModelProfile } from "#shared/inference/mod.ts";
import type { StorageError } from "#shared/ports/mod.ts";
import type { AppCommand, CommandError } from "../app-client.ts";
import type { EndpointDesk } from "./endpoint-desk.ts";

export interface ChangeDeps {
  readonly endpoints: EndpointDesk;
  readonly engine: EngineService;
  readonly starter: ModelProfile;
  readonly saveChoice: (
    key: "model-id",
    value: string,
    signal: AbortSignal,
  ) => Promise<Result<void, StorageError>>;
}

type Change = Extract<AppCommand, { readonly kind: "add-endpoint" | "remove-endpoint" }>;

export async function changeEndpoints(
  { endpoints, engine, starter, saveChoice }: ChangeDeps,
  command: Change,
  signal: AbortSignal,
): Promise<Result<void, CommandError>> {
  const changed = command.kind === "add-endpoint"
    ? await endpoints.add(command.draft, signal)
    : await endpoints.remove(command.id, signal);
  if (!changed.ok) return changed;
  const chosen = engine.status().profile;
  if (chosen?.endpoint === undefined) return ok(undefined);
  const now = endpoints.profiles().find(({ id }) => id === chosen.id);
  const wasStopped = engine.isStopped();
  engine.choose(starter);
  // With another key or other slots, what failed or runs there begins anew.
  if (now !== undefined) engine.choose(now);
  if (wasStopped) engine.stop(); // HO153
  return now === undefined ? await saveChoice("model-id", starter.id, signal) : ok(undefined);
}
