/**
 * Looks whether this page can reach an endpoint, and which models it lists, before it is added.
 *
 * Runs in the tab where the person is: a question of the browser appears there.
 */

import {
  decideReach,
  httpEngineLimits,
  isLoopback,
  type ListedModel,
  listModels,
  readBase,
  refuseAddress,
  type Unreached,
  within,
} from "#shared/endpoints/mod.ts";
import type { Clock } from "#shared/ports/mod.ts";
import {
  createEndpointFetch,
  isSomebodyThere,
  localNetworkPermission,
} from "../../adapters/endpoint-fetch.ts";
import { acceptDraft, type EndpointDraft, type EndpointReason, modelIdOf } from "./endpoint.ts";

export type EndpointCheck =
  | {
    readonly kind: "reached";
    readonly models: readonly ListedModel[];
    /** Whose id would be too long for a room's log. */
    readonly modelsLeftOut: number;
  }
  | { readonly kind: "refused"; readonly reason: EndpointReason }
  | { readonly kind: "unreached"; readonly why: Unreached };

/** Aborting cancels the work. */
export async function checkEndpoint(
  draft: Omit<EndpointDraft, "models">,
  clock: Clock,
  signal: AbortSignal,
): Promise<EndpointCheck> {
  const base = readBase(draft.baseUrl.trim());
  const accepted = acceptDraft({ ...draft, models: [] });
  if (!accepted.ok) return { kind: "refused", reason: accepted.error.reason };
  if (!base.ok) return { kind: "refused", reason: "address-invalid" };
  const { provider, stored } = accepted.value;
  const page = { isPageSecure: location.protocol === "https:", isPageLocal: isLoopback(location) };
  const facts = { url: base.value, ...page };
  const refused = refuseAddress(facts);
  if (refused !== undefined) return { kind: "unreached", why: refused };
  const fetch = createEndpointFetch(() => [stored.baseUrl]);
  const answer = await listModels({ provider, clock, fetch, limits: httpEngineLimits }, signal);
  if (answer.kind === "models") {
    const models = answer.models.filter(({ name }) => modelIdOf(name, provider.host) !== undefined);
    const modelsLeftOut = answer.models.length - models.length;
    return { kind: "reached", models, modelsLeftOut };
  }
  const why = decideReach({
    ...facts,
    answer,
    hasKey: stored.key !== undefined,
    isSomebodyThere: answer.kind === "answered" ||
      await isAnybodyThere(provider.urlOf("models"), clock, signal),
    permission: await localNetworkPermission(),
  });
  return { kind: "unreached", why };
}

async function isAnybodyThere(url: string, clock: Clock, signal: AbortSignal): Promise<boolean> {
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  try {
    const look = () => isSomebodyThere(url, either);
    return await within(clock, httpEngineLimits.lookMsMax, look, signal) === true;
  } finally {
    over.abort("looked");
  }
}
