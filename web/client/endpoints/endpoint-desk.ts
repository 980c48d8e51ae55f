/**
 * The endpoints of this device: kept, offered as models, and run as engines of the leading tab.
 *
 * Owns the list and the keys while this tab leads. Does not own which model is chosen, nor the
 * engines' lives (supervision).
 *
 * Rules (shared/SPEC.md, section IN): IN90, IN91.
 */

import { err, ok, type Result } from "#shared/base/mod.ts";
import { createOpenAiEngine, type Provider } from "#shared/endpoints/mod.ts";
import type { ModelProfile } from "#shared/inference/mod.ts";
import type { Clock, HttpFetch, StorageError } from "#shared/ports/mod.ts";
import type { EngineChild } from "#shared/supervision/mod.ts";
import {
  acceptDraft,
  decodeEndpoints,
  encodeEndpoints,
  type EndpointDraft,
  type EndpointRefused,
  endpointsLimits,
  type EndpointView,
  profilesOf,
  type StoredEndpoint,
  viewOf,
} from "./endpoint.ts";

export interface EndpointStore {
  read(signal: AbortSignal): Promise<Result<string | undefined, StorageError>>;
  write(text: string | undefined, signal: AbortSignal): Promise<Result<void, StorageError>>;
}

export interface EndpointDeskDeps {
  readonly clock: Clock;
  readonly store: EndpointStore;
  /** Makes a `fetch` that asks nobody but these. */
  readonly openFetch: (allowed: () => readonly string[]) => HttpFetch;
}

type Changed = Promise<Result<void, EndpointRefused | StorageError>>;

export interface EndpointDesk {
  views(): readonly EndpointView[];
  profiles(): readonly ModelProfile[];
  /** Adds one, or replaces that of the same address. */
  add(draft: EndpointDraft, signal: AbortSignal): Changed;
  /** Forgets it and its key. */
  remove(id: string, signal: AbortSignal): Changed;
  /** An engine for a model of `profiles`. Asks nothing before it loads. */
  start(generation: number, profile: ModelProfile): EngineChild;
}

/** An error: what is stored is no list of endpoints. It stays as it is until one is added. */
export async function openEndpointDesk(
  deps: EndpointDeskDeps,
  signal: AbortSignal,
): Promise<Result<EndpointDesk, { readonly error: StorageError; readonly desk: EndpointDesk }>> {
  const text = await deps.store.read(signal);
  const stored = text.ok ? decodeEndpoints(text.value) : undefined;
  const desk = createDesk(deps, stored ?? []);
  if (!text.ok) return err({ error: text.error, desk });
  if (stored !== undefined) return ok(desk);
  return err({ error: { kind: "storage-corrupt", detail: "settings: endpoints" }, desk });
}

function createDesk(deps: EndpointDeskDeps, stored: readonly StoredEndpoint[]): EndpointDesk {
  let endpoints = stored;
  /** One for all engines of an endpoint, so that slots and what was found out are shared. */
  const providers = new Map<string, Provider>();
  for (const one of stored) {
    const accepted = acceptDraft(one);
    if (accepted.ok) providers.set(one.baseUrl, accepted.value.provider);
  }
  const fetch = deps.openFetch(() => endpoints.map((one) => one.baseUrl)); // IN91

  const keep = async (
    next: readonly StoredEndpoint[],
    signal: AbortSignal,
  ): Promise<Result<void, StorageError>> => {
    const text = next.length === 0 ? undefined : encodeEndpoints(next);
    const written = await deps.store.write(text, signal);
    if (written.ok) endpoints = next;
    return written;
  };

  return {
    views: () => endpoints.map(viewOf),
    profiles: () => endpoints.flatMap(profilesOf),
    async add(draft, signal) {
      const accepted = acceptDraft(draft);
      if (!accepted.ok) return accepted;
      const { stored: added, provider } = accepted.value;
      const others = endpoints.filter((one) => one.baseUrl !== added.baseUrl);
      if (others.length >= endpointsLimits.endpointsMax) {
        return err({ kind: "endpoint-refused", reason: "endpoints-full" });
      }
      const kept = await keep([...others, added], signal);
      if (kept.ok) providers.set(added.baseUrl, provider);
      return kept;
    },
    async remove(id, signal) {
      const kept = await keep(endpoints.filter((one) => one.baseUrl !== id), signal);
      if (kept.ok) providers.delete(id);
      return kept;
    },
    start(generation, profile) {
      const of = endpoints.find((one) => profilesOf(one).some(({ id }) => id === profile.id));
      const provider = of && providers.get(of.baseUrl);
      if (provider === undefined) throw new Error("Cannot start: the endpoint was removed");
      const modelName = profile.name;
      return createOpenAiEngine({ generation, provider, clock: deps.clock, fetch, modelName });
    },
  };
}
