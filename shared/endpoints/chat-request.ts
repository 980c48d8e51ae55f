/**
 * From our request to a chat completion's body, and what its reply must then be. Pure.
 *
 * Rules (shared/SPEC.md, section IN): IN24 (images, byte for byte).
 */

import {
  type ChatMessage,
  type GenerateRequest,
  imageUrl,
  toChatMessages,
} from "../inference/mod.ts";
import { wireLimits } from "./limits.ts";
import type { Provider } from "./provider.ts";

/** The body of `POST chat/completions`. Stop strings are not sent: we look for them ourselves. */
export function toChatBody(
  request: GenerateRequest,
  modelName: string,
  { tokensField }: Pick<Provider, "tokensField">,
): Readonly<Record<string, unknown>> {
  const { choices, json } = request;
  const extra = choices === undefined ? 0 : wireLimits.choiceTokensExtra;
  const schema = choices !== undefined
    ? choiceSchema(choices)
    : json === undefined
    ? undefined
    : JSON.parse(json.schema) as unknown; // validated as the text of an object (IN21)
  return {
    model: modelName,
    messages: toChatMessages(request.segments).map(toMessage),
    stream: true,
    stream_options: { include_usage: true },
    [tokensField]: request.tokensMax + extra,
    temperature: request.temperature,
    top_p: request.topP,
    seed: request.seed,
    ...(schema === undefined ? {} : {
      response_format: {
        type: "json_schema",
        json_schema: { name: "reply", strict: true, schema },
      },
    }),
  };
}

/** A choice as an object, because endpoints ask for one at the top. */
function choiceSchema(choices: readonly string[]): unknown {
  return {
    type: "object",
    properties: { choice: { type: "string", enum: choices } },
    required: ["choice"],
    additionalProperties: false,
  };
}

/** The choice in a whole reply; undefined when it is none of them (IN13). */
export function readChoice(value: unknown, choices: readonly string[]): string | undefined {
  const choice = typeof value === "object" && value !== null && "choice" in value
    ? value.choice
    : undefined;
  return choices.find((one) => one === choice);
}

function toMessage({ role, text, images = [] }: ChatMessage): Readonly<Record<string, unknown>> {
  const who = role === "script" ? "user" : role; // IN4 refuses scripts here
  if (images.length === 0) return { role: who, content: text };
  const shown = images.map((image) => ({ type: "image_url", image_url: { url: imageUrl(image) } }));
  return { role: who, content: [...shown, { type: "text", text }] }; // IN24
}

/** About four bytes a token, where an endpoint tells no counts (IN34). */
export function estimateTokens(text: string): number {
  return Math.ceil(new TextEncoder().encode(text).length / 4);
}

export function estimatePromptTokens(request: GenerateRequest): number {
  return request.segments.reduce((sum, { text }) => sum + estimateTokens(text), 0);
}
