/**
 * Decides whether a reply can be held to the choices of a request.
 *
 *   IN14  Choices that are none, too many, empty, too long, equal, not of one line, cut by a stop
 *         string or longer than `tokensMax` allows are refused by field, and so are choices with
 *         `continueText`.
 */

import type { EngineError, GenerateRequest } from "./engine.ts";
import { inferenceLimits } from "./limits.ts";

/** Controls, line and paragraph separators, and halves of a character, which no tokeniser knows. */
const NOT_ONE_LINE = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u;

/** A tokeniser may mark the start of a text with a token of its own, and the end is one too. */
const TOKENS_BESIDE_TEXT = 2;

/** The least `tokensMax` that lets every engine end each choice: a token is a byte or more. */
export function choiceTokensMin(choices: readonly string[]): number {
  const encoder = new TextEncoder();
  const bytes = choices.map((choice) => encoder.encode(choice).byteLength);
  return Math.max(0, ...bytes) + TOKENS_BESIDE_TEXT;
}

/** Names the field that is wrong. Everything but `choices` was checked before. */
export function checkChoices(fields: Readonly<Record<string, unknown>>): EngineError | undefined {
  const choices = fields["choices"];
  if (choices === undefined) return undefined;
  if (!Array.isArray(choices)) return problem("choices", "not a list");
  if (choices.length === 0) return problem("choices", "empty");
  if (choices.length > inferenceLimits.choicesMax) return problem("choices", "too many");
  for (const [index, choice] of (choices as readonly unknown[]).entries()) {
    const detail = faultOf(choice);
    if (detail !== undefined) return problem("choices", `choice ${index} is ${detail}`);
    if (choices.indexOf(choice) < index) return problem("choices", `choice ${index} came before`);
  }
  return checkFit(choices as readonly string[], fields as unknown as GenerateRequest);
}

function faultOf(choice: unknown): string | undefined {
  if (typeof choice !== "string") return "not a text";
  if (choice === "") return "empty";
  if (choice.length > inferenceLimits.choiceCharsMax) return "too long";
  return NOT_ONE_LINE.test(choice) ? "not one line of text" : undefined;
}

function checkFit(
  choices: readonly string[],
  { continueText, stop, tokensMax }: GenerateRequest,
): EngineError | undefined {
  if (continueText !== "") return problem("continueText", "a choice has no beginning to continue");
  const cut = stop.findIndex((text) => choices.some((choice) => choice.includes(text)));
  if (cut >= 0) return problem("stop", `text ${cut} would cut a choice`);
  const tokensMin = choiceTokensMin(choices);
  return tokensMax < tokensMin
    ? problem("tokensMax", `${tokensMax}, at least ${tokensMin} for these choices`)
    : undefined;
}

function problem(field: string, detail: string): EngineError {
  return { kind: "request-invalid", field, detail };
}
