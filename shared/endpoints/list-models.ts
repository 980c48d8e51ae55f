/**
 * The models of an endpoint, as it lists them.
 *
 * The shape is OpenAI's list; some servers tell a context, each under a name of its own: vLLM
 * `max_model_len`, OpenRouter and others `context_length`. What llama-server tells
 * (`meta.n_ctx_train`) is the model's and not what it is served with, so it is not taken.
 *
 * Rules (shared/SPEC.md, section IN):
 *   IN93  An endpoint's models are those that it lists, in its order, at most `listedModelsMax`,
 *         each once; one whose name is no id is left out, and a context is told only where the
 *         list has the one that it serves.
 *   RM57  An endpoint's model sees images where its list says so (`input_modalities` of OpenRouter,
 *         `capabilities.vision` of Mistral), or else where a person does.
 */

import { protocolLimits } from "../protocol/mod.ts";
import { fieldsOf, parseJson } from "./chat-chunk.ts";
import { describeFetchError, type EndpointDeps, LATE, readStart, within } from "./endpoint.ts";
import { wireLimits } from "./limits.ts";

export interface ListedModel {
  readonly name: string;
  /** As it is served; undefined where the list does not say. */
  readonly contextTokens: number | undefined;
  /** Absent where the list does not say so. */
  readonly seesImages?: true;
}

/** What a page or a host saw when it asked. */
export type ListAnswer =
  | { readonly kind: "models"; readonly models: readonly ListedModel[] }
  /** It answered, but not with a list of models. */
  | { readonly kind: "answered"; readonly status: number }
  /** No answer came: nobody listens, or the page may not read it. */
  | { readonly kind: "failed"; readonly detail: string }
  | { readonly kind: "late" };

/**
 * Aborting cancels the work. The request carries what a request for a reply does, so that a browser
 * asks the endpoint for the same permission (CORS).
 */
export async function listModels(
  { provider, clock, fetch, limits }: Omit<EndpointDeps, "modelName" | "healthUrl">,
  signal: AbortSignal,
): Promise<ListAnswer> {
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  const ask = async (): Promise<ListAnswer> => {
    const headers = provider.headers();
    const options = { method: "GET", headers, signal: either, redirect: "error" } as const;
    const response = await fetch(provider.urlOf("models"), options);
    const text = response.ok ? await readStart(response, wireLimits.listBytesMax) : "";
    const models = decodeModels(parseJson(text));
    return models === undefined
      ? { kind: "answered", status: response.status }
      : { kind: "models", models };
  };
  try {
    const answer = await within(clock, limits.checkMsMax, ask, signal);
    return answer === LATE ? { kind: "late" } : answer;
  } catch (error) {
    signal.throwIfAborted();
    return { kind: "failed", detail: describeFetchError(error) };
  } finally {
    over.abort("listed");
  }
}

/** Undefined for what is no list of models. */
export function decodeModels(value: unknown): readonly ListedModel[] | undefined {
  const items = fieldsOf(value)?.["data"];
  if (!Array.isArray(items)) return undefined;
  const models = new Map<string, ListedModel>();
  for (const item of items as readonly unknown[]) {
    const fields = fieldsOf(item) ?? {};
    const name = fields["id"];
    if (typeof name !== "string" || name.trim() !== name || !isId(name)) continue;
    const sight = isSeeing(fields) ? { seesImages: true } as const : {};
    const model = { name, contextTokens: contextOf(fields), ...sight };
    if (!models.has(name)) models.set(name, model);
    if (models.size === wireLimits.listedModelsMax) break;
  }
  return [...models.values()];
}

function isId(name: string): boolean {
  return name !== "" && name.length <= protocolLimits.idCharsMax;
}

function contextOf(fields: Readonly<Record<string, unknown>>): number | undefined {
  const told = [fields["max_model_len"], fields["context_length"]].find((value) =>
    Number.isSafeInteger(value) && (value as number) > 0 &&
    (value as number) <= wireLimits.contextTokensMax
  );
  return told as number | undefined;
}

function isSeeing(fields: Readonly<Record<string, unknown>>): boolean {
  const kinds = fieldsOf(fields["architecture"])?.["input_modalities"];
  const isListed = Array.isArray(kinds) && kinds.includes("image");
  return isListed || fieldsOf(fields["capabilities"])?.["vision"] === true; // RM57
}
