/**
 * The engine contract: every Engine (scripted, the worker with each library) passes it.
 *
 * Rules (shared/SPEC.md, section IN): IN1 to IN7, IN10, IN13 and IN14, as far as they show from
 * outside.
 */

import type {
  Engine,
  EngineError,
  GenerateEvent,
  GenerateOutcome,
  GenerateRequest,
  Usage,
} from "../../inference/engine.ts";
import { choiceTokensMin } from "../../inference/check-choices.ts";
import type { ModelProfile } from "../../inference/model-profile.ts";
import { type ContractCase, noAbort, same } from "./contract-case.ts";

export interface EngineSubject {
  /** With `profile` loaded. */
  readonly engine: Engine;
  readonly profile: ModelProfile;
  /**
   * A prompt in this engine's format that gives at least 8 tokens; `ask` varies its last segment.
   */
  request(ask: string, overrides?: Partial<GenerateRequest>): GenerateRequest;
  /** True where equal prefixes are forked. */
  readonly forksPrefix: boolean;
  readonly continuesText: boolean;
  readonly constrainsChoice: boolean;
  readonly constrainsJson: boolean;
  /** Lets time pass until `work` is done; real engines only wait. */
  elapse<T>(work: Promise<T>): Promise<T>;
  /** The back end dies behind the engine's back. */
  kill(): void;
  close(): Promise<void>;
}

interface Reply {
  readonly events: readonly GenerateEvent[];
  readonly text: string;
  readonly outcome: GenerateOutcome;
}

type Case = ContractCase<EngineSubject>;

function contractCase(title: string, run: (subject: EngineSubject) => Promise<void>): Case {
  return {
    title,
    async run(make) {
      const subject = await make();
      try {
        await subject.elapse(run(subject));
      } finally {
        await subject.close();
      }
    },
  };
}

async function collect(
  subject: EngineSubject,
  request: GenerateRequest,
  onEvent: (event: GenerateEvent) => void = () => undefined,
  signal: AbortSignal = noAbort,
): Promise<Reply> {
  const events: GenerateEvent[] = [];
  for await (const event of subject.engine.generate(request, signal)) {
    events.push(event);
    onEvent(event);
  }
  const outcomes = events.filter((event) => event.kind === "outcome");
  same(outcomes.length, 1, "outcomes of one generation");
  const last = events.at(-1);
  if (last?.kind !== "outcome") throw new Error("the outcome is not the last event");
  const text = events.map((event) => (event.kind === "text" ? event.text : "")).join("");
  return { events, text, outcome: last.outcome };
}

function usageOf(reply: Reply): Usage {
  if (reply.outcome.kind !== "done") throw new Error(`not done: ${JSON.stringify(reply.outcome)}`);
  return reply.outcome.usage;
}

function errorOf(reply: Reply): EngineError {
  if (reply.outcome.kind !== "failed") throw new Error(`not failed: ${reply.outcome.kind}`);
  return reply.outcome.error;
}

function holds(condition: boolean, what: string): void {
  if (!condition) throw new Error(what);
}

export const engineContract: readonly Case[] = [
  contractCase("[IN1] a reply is prefilled, then text, then one outcome with usage", async (s) => {
    const reply = await collect(s, s.request("tell"));
    const usage = usageOf(reply);
    same(reply.events[0]?.kind, "prefilled", "first event");
    holds(reply.text !== "", "there is text");
    holds(usage.generatedTokens >= 1, "tokens were generated");
    holds(usage.promptTokens > usage.cachedTokens, "some of the prompt was computed");
    holds(usage.prefillMs >= 0 && usage.decodeMs >= 0, "times are times");
  }),
  contractCase("[IN1] tokensMax ends a reply with length", async (s) => {
    const reply = await collect(s, s.request("tell", { tokensMax: 2 }));
    same(usageOf(reply).generatedTokens, 2, "generated tokens");
    same(reply.outcome.kind === "done" && reply.outcome.finish, "length", "finish");
  }),
  contractCase("[IN1] equal requests give equal replies", async (s) => {
    const request = s.request("tell", { seed: 42, temperature: 0.8 });
    const first = await collect(s, request);
    same((await collect(s, request)).text, first.text, "second text");
  }),
  contractCase("[IN2] a death ends the reply and everything later engine-lost", async (s) => {
    const reply = await collect(s, s.request("tell"), (event) => {
      if (event.kind === "text") s.kill();
    });
    same(reply.outcome, { kind: "engine-lost", generation: s.engine.generation }, "outcome");
    const later = await collect(s, s.request("tell"));
    same(later.outcome, { kind: "engine-lost", generation: s.engine.generation }, "later outcome");
    same((await s.engine.load(s.profile, () => undefined, noAbort)).ok, false, "a later load");
    same((await s.engine.probe(noAbort)).ok, false, "a later probe");
  }),
  contractCase("[IN3] an abort ends the reply cancelled, and the slot is free again", async (s) => {
    const controller = new AbortController();
    let texts = 0;
    const reply = await collect(s, s.request("tell"), (event) => {
      if (event.kind === "text") texts += 1;
      if (texts === 1) controller.abort();
    }, controller.signal);
    same(reply.outcome, { kind: "cancelled" }, "outcome");
    same(texts, 1, "texts seen");
    usageOf(await collect(s, s.request("tell")));
  }),
  contractCase("[IN1] an abort before the start gives the outcome alone", async (s) => {
    const reply = await collect(s, s.request("tell"), undefined, AbortSignal.abort());
    same(reply.events, [{ kind: "outcome", outcome: { kind: "cancelled" } }], "events");
  }),
  contractCase("[IN3] a reader that leaves has the slot back when it has left", async (s) => {
    for await (const event of s.engine.generate(s.request("tell"), noAbort)) {
      if (event.kind === "text") break;
    }
    usageOf(await collect(s, s.request("tell")));
  }),
  contractCase("[IN4] a malformed request fails by field and harms nobody", async (s) => {
    const bad = s.request("tell", { tokensMax: Number.NaN });
    const error = errorOf(await collect(s, bad));
    same([error.kind, "field" in error && error.field], ["request-invalid", "tokensMax"], "error");
    usageOf(await collect(s, s.request("tell")));
  }),
  contractCase("[IN4] a prompt beyond the context is refused with both figures", async (s) => {
    const error = errorOf(await collect(s, s.request("long ".repeat(s.profile.contextTokens + 1))));
    if (error.kind !== "prompt-too-long") throw new Error(`not too long: ${error.kind}`);
    usageOf(await collect(s, s.request("tell")));
  }),
  contractCase("[IN5] a second request is refused busy and the first goes on", async (s) => {
    let second: Promise<Reply> | undefined;
    const first = await collect(s, s.request("tell"), (event) => {
      if (event.kind === "text") second ??= collect(s, s.request("ask"));
    });
    usageOf(first);
    if (second === undefined) throw new Error("there was no second request");
    same(errorOf(await second), { kind: "busy", slots: 1 }, "the second's error");
  }),
  contractCase("[IN7] nothing of a stop string or behind it is seen", async (s) => {
    // Three characters of one token or two, and ten that no engine gives in one piece.
    for (const [temperature, chars] of [[0, 3], [0.8, 10]] as const) {
      const asked = { temperature, seed: 42 };
      const whole = await collect(s, s.request("tell", asked));
      const from = Math.floor((whole.text.length - chars) / 2);
      const stop = whole.text.slice(from, from + chars);
      const cut = await collect(s, s.request("tell", { ...asked, stop: [stop] }));
      same(cut.text, whole.text.slice(0, whole.text.indexOf(stop)), "text before the stop string");
      same(cut.outcome.kind === "done" && cut.outcome.finish, "stop", "finish");
    }
  }),
  contractCase("[IN10] usage tells how much of a shared prefix was in the cache", async (s) => {
    await collect(s, s.request("ask Ada"));
    const usage = usageOf(await collect(s, s.request("ask Tom")));
    same(usage.cachedTokens > 0, s.forksPrefix, "cached tokens of the second persona");
  }),
  contractCase("[IN4] continueText is continued or refused, never ignored", async (s) => {
    const reply = await collect(s, s.request("tell", { continueText: "I am" }));
    if (s.continuesText) usageOf(reply);
    else same("field" in errorOf(reply) && errorOf(reply), errorOf(reply), "a refusal by field");
  }),
  contractCase("[IN13] a reply with choices is one of them, or refused by field", async (s) => {
    const choices = ["Ann", "Anna", "Mika Ö."];
    const tokensMax = choiceTokensMin(choices);
    for (const seed of [0, 1, 2, 3]) {
      const asked = s.request("tell", { choices, tokensMax, seed, temperature: 1, stop: ["\n"] });
      const reply = await collect(s, asked);
      if (!s.constrainsChoice) {
        const error = errorOf(reply);
        const seen = [error.kind, "field" in error && error.field];
        same(seen, ["request-invalid", "choices"], "error");
        continue;
      }
      holds(choices.includes(reply.text), `a choice, not "${reply.text}"`);
      holds(usageOf(reply).generatedTokens >= 1, "tokens were generated");
      same(reply.outcome.kind === "done" && reply.outcome.finish, "stop", "finish");
      same((await collect(s, asked)).text, reply.text, "the choice of the same request");
    }
    usageOf(await collect(s, s.request("tell")));
  }),
  contractCase("[IN14] choices that cannot be kept are refused by field", async (s) => {
    const choices = ["Ann", "Anna"];
    for (
      const [field, change] of [
        ["choices", { choices: [] }],
        ["choices", { choices: ["Ann", "Ann"] }],
        ["continueText", { choices, continueText: "An" }],
        ["stop", { choices, stop: ["na"] }],
        ["tokensMax", { choices, tokensMax: choiceTokensMin(choices) - 1 }],
      ] as const
    ) {
      const error = errorOf(await collect(s, s.request("tell", change)));
      const seen = [error.kind, "field" in error && error.field];
      same(seen, ["request-invalid", field], `error of ${JSON.stringify(change)}`);
    }
  }),
  contractCase(
    "[IN20] a reply with a schema is JSON valid by it, or refused by field",
    async (s) => {
      const schema = JSON.stringify({
        type: "object",
        properties: { tool: { enum: ["none"] } },
        required: ["tool"],
        additionalProperties: false,
      });
      const reply = await collect(s, s.request("tell", { json: { schema }, stop: [] }));
      if (s.constrainsJson) {
        same(JSON.parse(reply.text), { tool: "none" }, "the reply");
      } else {
        const error = errorOf(reply);
        same([error.kind, "field" in error && error.field], ["request-invalid", "json"], "error");
      }
      usageOf(await collect(s, s.request("tell")));
    },
  ),
  contractCase(
    "[IN1] a probe makes a real token; unloaded, everything says not-loaded",
    async (s) => {
      const probe = await s.engine.probe(noAbort);
      holds(probe.ok && probe.value.firstTokenMs >= 0, "probe report");
      await s.engine.unload(noAbort);
      same(errorOf(await collect(s, s.request("tell"))), { kind: "not-loaded" }, "error");
      same(await s.engine.probe(noAbort), { ok: false, error: { kind: "not-loaded" } }, "probe");
    },
  ),
];
