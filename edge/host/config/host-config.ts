/**
 * The configuration file of a headless host becomes typed here. Reads nothing.
 *
 * Rules (shared/SPEC.md, section HO):
 *   HO90  What a host cannot use in its configuration is named with its place, all of it at once;
 *         an unknown member is such a thing. Secrets of it stand in no error.
 */

import * as v from "valibot";
import { err, ok, type Result } from "#shared/base/mod.ts";
import { readyMade } from "#shared/personas/mod.ts";
import { protocolLimits as limits } from "#shared/protocol/mod.ts";

export interface ConfigError {
  readonly kind:
    | "config-unreadable"
    | "config-not-json"
    | "config-invalid"
    | "card-unusable"
    | "link-invalid"
    | "link-read-only"
    | "relay-unusable"
    | "name-repeated"
    | "room-unknown"
    | "room-repeated";
  /** Such as `rooms.0.link`. */
  readonly at: string;
  readonly detail: string;
}

const configLimits = Object.freeze({
  /** One process and one engine; policy: refuse. */
  roomsMax: 32,
  personasMax: 64,
  originsMax: 16,
  slotsMax: 64,
  tokensMax: 4_194_304,
  argumentsMax: 64,
  argumentCharsMax: 4_096,
  eventsPerMinuteMax: 6_000,
  stopMsMax: 60_000,
});

const label = v.pipe(
  v.string(),
  v.regex(/^[a-z0-9][a-z0-9-]{0,39}$/, "needs 1 to 40 of a-z, 0-9 and -"),
);
const path = v.pipe(v.string(), v.minLength(1), v.maxLength(4_096));
const port = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535));
const whole = (max: number) => v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(max));
const chars = (max: number) => v.pipe(v.string(), v.maxLength(max));
const name = v.pipe(chars(limits.nameCharsMax), v.check((text) => text.trim() !== "", "is empty"));

const room = v.union([
  v.strictObject({ name: label, link: v.string() }),
  v.strictObject({ name: label, linkFile: path }),
], "needs a name, and either link or linkFile");

/** Of a persona, in the configuration or in a file of its own. */
const card = v.strictObject({
  name,
  gist: v.optional(chars(limits.gistCharsMax), ""),
  description: v.optional(chars(limits.descriptionCharsMax), ""),
  greeting: v.optional(chars(limits.greetingCharsMax), ""),
  hue: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(359)), 210),
});

const needs = {
  key: label,
  /** Names of rooms; all when left out. */
  rooms: v.optional(v.pipe(v.array(label), v.maxLength(configLimits.roomsMax))),
  contextTokensMin: v.optional(whole(configLimits.tokensMax), 1),
  modelId: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(limits.idCharsMax))),
  /** Which devices may host her: those that can, or this one alone. */
  hosts: v.optional(v.picklist(["any", "own"]), "any"),
};
const persona = v.union([
  v.strictObject({ ...needs, card }),
  v.strictObject({ ...needs, cardFile: path }),
  v.strictObject({ key: label, rooms: needs.rooms, remove: v.literal(true) }),
], "needs a key, and one of card, cardFile and remove, of known members");

const model = {
  model: v.pipe(v.string(), v.minLength(1), v.maxLength(limits.idCharsMax)),
  contextTokens: whole(configLimits.tokensMax),
  replyTokensMax: v.optional(whole(configLimits.tokensMax), 512),
  slots: v.optional(whole(configLimits.slotsMax), 1),
  temperature: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(2)), 0.8),
  topP: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1)), 0.95),
  /** Whether it takes images; neither an endpoint nor a file tells. */
  seesImages: v.optional(v.boolean()),
};
const engine = v.variant("kind", [
  /** The small model that comes with the program, in a worker of the host. */
  v.strictObject({ kind: v.literal("starter") }),
  v.strictObject({
    kind: v.literal("openai"),
    url: v.pipe(v.string(), v.url()),
    constrainsJson: v.optional(v.boolean()),
    keyEnv: v.optional(v.pipe(v.string(), v.regex(/^[A-Z_][A-Z0-9_]*$/))),
    ...model,
  }),
  v.strictObject({
    kind: v.literal("llama-server"),
    /** Beside the file when relative, and never looked for in PATH. */
    binary: path,
    modelFile: path,
    arguments: v.optional(
      v.pipe(v.array(chars(configLimits.argumentCharsMax)), v.maxLength(configLimits.argumentsMax)),
      [],
    ),
    ...model,
  }),
]);

const usual = readyMade.slice(0, 1).map((one) => ({ key: "first", card: { ...one } }));

const config = v.strictObject({
  device: v.optional(v.strictObject({ name }), { name: "Host" }),
  /** Folder of keys and databases, beside the file when relative. */
  data: path,
  rooms: v.pipe(v.array(room), v.minLength(1), v.maxLength(configLimits.roomsMax)),
  /** Left out, the first of those that come with the program; an empty list is nobody. */
  personas: v.optional(v.pipe(v.array(persona), v.maxLength(configLimits.personasMax)), usual),
  engine: v.optional(engine, { kind: "starter" }),
  /** Loopback ports; 0 lets the system choose. */
  http: v.optional(v.strictObject({ port }), { port: 8790 }),
  sessions: v.optional(
    v.strictObject({
      port,
      origins: v.optional(v.pipe(v.array(v.string()), v.maxLength(configLimits.originsMax)), []),
    }),
  ),
  limits: v.optional(
    v.strictObject({
      eventsPerMinute: v.optional(whole(configLimits.eventsPerMinuteMax), 60),
      stopMs: v.optional(whole(configLimits.stopMsMax), 10_000),
    }),
    {},
  ),
  logLevel: v.optional(v.picklist(["error", "warn", "info"]), "info"),
});

export type HostConfig = v.InferOutput<typeof config>;
export type EngineConfig = HostConfig["engine"];
export type CardConfig = v.InferOutput<typeof card>;

/** All that is wrong, in the order of the file. */
export function decodeHostConfig(text: string): Result<HostConfig, readonly ConfigError[]> {
  const value = parseJson(text);
  if (!value.ok) return err([value.error]);
  const parsed = v.safeParse(config, value.value);
  if (!parsed.success) return err(parsed.issues.map(errorOf));
  const wrong = findNameErrors(parsed.output);
  return wrong.length > 0 ? err(wrong) : ok(parsed.output);
}

/** A card as the configuration has it; `at` is its place there. */
export function decodeCard(
  value: unknown,
  at: string,
): Result<CardConfig, readonly ConfigError[]> {
  const parsed = v.safeParse(card, value);
  return parsed.success
    ? ok(parsed.output)
    : err(parsed.issues.map(errorOf).map((one) => ({ ...one, at: `${at}: ${one.at}` })));
}

function parseJson(text: string): Result<unknown, ConfigError> {
  try {
    return ok(JSON.parse(text) as unknown);
  } catch { // Its message would quote the text, and links are secrets.
    return err({ kind: "config-not-json", at: "", detail: "it is no JSON" });
  }
}

/** Without what was found there: a link is a secret. */
function errorOf(issue: v.BaseIssue<unknown>): ConfigError {
  const at = v.getDotPath(issue) ?? "";
  const isUnknown = issue.expected === "never";
  const detail = isUnknown ? "is no setting" : `needs ${issue.expected ?? issue.message}`;
  const isOwnWords = issue.expected === null || issue.type === "union";
  return { kind: "config-invalid", at, detail: isOwnWords ? issue.message : detail };
}

function findNameErrors({ rooms, personas }: HostConfig): readonly ConfigError[] {
  const names = rooms.map((one) => one.name);
  const keys = personas.map(({ key }) => key);
  const repeated = (all: readonly string[], list: string, field: string): ConfigError[] =>
    all.flatMap((one, index) =>
      all.indexOf(one) === index
        ? []
        : [{ kind: "name-repeated", at: `${list}.${index}.${field}`, detail: one } as const]
    );
  const unknown = personas.flatMap((one, index) =>
    (one.rooms ?? []).filter((used) => !names.includes(used)).map((used) =>
      ({ kind: "room-unknown", at: `personas.${index}.rooms`, detail: used }) as const
    )
  );
  return [...repeated(names, "rooms", "name"), ...repeated(keys, "personas", "key"), ...unknown];
}
