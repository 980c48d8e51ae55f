import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import {
  createOpenAiEngine,
  type HttpEngineLimits,
  httpEngineLimits,
  type OpenAiEngine,
  openProvider,
  type Provider,
  type ProviderConfig,
} from "#shared/endpoints/mod.ts";
import type {
  Engine,
  EngineError,
  GenerateEvent,
  GenerateOutcome,
  GenerateRequest,
} from "#shared/inference/mod.ts";
import { CONTRACT_RUNS, noAbort } from "#shared/testing/contracts/contract-case.ts";
import { engineContract, type EngineSubject } from "#shared/testing/contracts/engine.contract.ts";
import { createSystemClock } from "../../platform/system-ports.ts";
import {
  killServers,
  makeRequest,
  profile,
  startServer,
  type TestServer,
  type TestServerOptions,
} from "./testing/server-process.contract.ts";
import type { Fault } from "./testing/server-options.ts";

afterAll(killServers);

const clock = createSystemClock();

function providerOf(
  baseUrl: string,
  { constrainsJson = true, ...more }: Partial<Omit<ProviderConfig, "constrainsJson">> & {
    readonly constrainsJson?: boolean | "ask";
  } = {},
  variables: Readonly<Record<string, string>> = {},
): Provider {
  const set = constrainsJson === "ask" ? {} : { constrainsJson };
  const opened = openProvider(
    { name: "test", baseUrl, slots: 1, ...set, ...more },
    (name) => variables[name],
  );
  if (!opened.ok) throw new Error(JSON.stringify(opened.error));
  return opened.value;
}

async function openEngine(
  provider: Provider,
  limits: Partial<HttpEngineLimits> = {},
): Promise<OpenAiEngine> {
  const child = createOpenAiEngine({
    generation: 1,
    provider,
    clock,
    fetch,
    modelName: profile.id,
    limits: { ...httpEngineLimits, ...limits },
  });
  const loaded = await child.engine.load(profile, () => undefined, noAbort);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.error));
  return child;
}

async function setup(
  options: TestServerOptions = {},
  limits: Partial<HttpEngineLimits> = {},
): Promise<{ readonly server: TestServer; readonly child: OpenAiEngine }> {
  const server = await startServer(options);
  return { server, child: await openEngine(providerOf(server.baseUrl), limits) };
}

async function collect(
  engine: Engine,
  request: GenerateRequest,
  signal: AbortSignal = noAbort,
  onText: () => void = () => undefined,
): Promise<{ readonly text: string; readonly outcome: GenerateOutcome }> {
  let text = "";
  let last: GenerateEvent | undefined;
  for await (const event of engine.generate(request, signal)) {
    last = event;
    if (event.kind !== "text") continue;
    text += event.text;
    onText();
  }
  if (last?.kind !== "outcome") throw new Error("no outcome");
  return { text, outcome: last.outcome };
}

const failedWith = (error: EngineError): GenerateOutcome => ({ kind: "failed", error });

/** The server that the next case may use; undefined once a case has killed it. */
function describeEngineContract(
  name: string,
  options: TestServerOptions & { readonly constrains: boolean },
  request: EngineSubject["request"],
  cases: typeof engineContract = engineContract,
): void {
  let server: TestServer | undefined;
  const make = async (): Promise<EngineSubject> => {
    server ??= await startServer(options);
    const present = server;
    const provider = providerOf(present.baseUrl, { constrainsJson: options.constrains });
    const child = await openEngine(provider);
    return {
      engine: child.engine,
      profile,
      request,
      forksPrefix: false,
      continuesText: false,
      constrainsChoice: options.constrains,
      constrainsJson: options.constrains,
      elapse: (work) => work,
      kill() {
        server = undefined;
        present.kill();
      },
      close: () => Promise.resolve(child.kill()),
    };
  };
  describe(name, () => {
    test.each(cases.map((item) => [item.title, item] as const))("%s", async (_, item) => {
      await item.run(make, CONTRACT_RUNS);
    });
  });
}

// Slow enough that a death or a stop strikes a reply that is still being made.
describeEngineContract(
  "an endpoint that keeps schemas, in another process",
  { constrains: true, faults: { tokenMs: 2 } },
  makeRequest,
);

describeEngineContract(
  "the starter behind an endpoint, in another process",
  { constrains: false, model: "starter" },
  (ask, overrides) => {
    const text = "<|room|>Here: Ada and Tom.\nTom: Hello Ada, I am Tom. What do you like?\n" +
      `Tom: tell me ${ask}\n<|cue|>Ada: a household robot that blinks a lot | for you\n<|reply|>Ada:`;
    return makeRequest(ask, { segments: [{ key: ask, role: "user", text }], ...overrides });
  },
  // The others end before the endpoint is asked, or ask it for the same.
  engineContract.filter(({ title }) => /^\[IN[1237]\]/.test(title)),
);

test("[IN31] a cancelled reply closes its request: the endpoint stops generating", async () => {
  const { server, child } = await setup({ faults: { tokenMs: 5 } });
  const stop = new AbortController();
  const asked = makeRequest("tell", { tokensMax: 4_096 });
  const { outcome } = await collect(child.engine, asked, stop.signal, () => stop.abort());
  expect(outcome).toEqual({ kind: "cancelled" });
  expect(await server.statsUntil(({ aborted }) => aborted === 1)).toMatchObject({ active: 0 });
});

test("[IN31] a reader that leaves and a stop string close the request too", async () => {
  const { server, child } = await setup({ faults: { tokenMs: 5 } });
  for await (
    const event of child.engine.generate(makeRequest("tell", { tokensMax: 4_096 }), noAbort)
  ) {
    if (event.kind === "text") break;
  }
  await server.statsUntil(({ aborted }) => aborted === 1);
  const asked = makeRequest("tell", { tokensMax: 4_096, stop: [" "] });
  const { outcome } = await collect(child.engine, asked);
  expect(outcome).toMatchObject({ kind: "done", finish: "stop", usage: { isEstimated: true } });
  await server.statsUntil(({ aborted }) => aborted === 2);
});

test("[IN32] a busy endpoint is asked again after what it says", async () => {
  const { server, child } = await setup();
  const refuse = { kind: "refuse", times: 2, status: 429, body: {}, retryAfter: "0.05" } as const;
  await server.fault(refuse);
  const beganMs = clock.now();
  expect((await collect(child.engine, makeRequest("tell"))).outcome.kind).toBe("done");
  expect(clock.now() - beganMs).toBeGreaterThanOrEqual(100);
});

test("[IN32] an endpoint that stays busy fails the reply, and is left alone until it said", async () => {
  const { server, child } = await setup();
  await server.fault({ kind: "refuse", times: 9, status: 503, body: {}, retryAfter: "0" });
  const busy = failedWith({ kind: "busy", slots: 1 });
  expect((await collect(child.engine, makeRequest("tell"))).outcome).toEqual(busy);
  await server.fault({ kind: "refuse", times: 1, status: 429, body: {}, retryAfter: "3600" });
  expect((await collect(child.engine, makeRequest("tell"))).outcome).toEqual(busy);
  // The fault is used up: an answer would come, so nobody asked.
  expect((await collect(child.engine, makeRequest("tell"))).outcome).toEqual(busy);
  expect((await server.stats()).done).toBe(0);
});

test.each<[status: number, body: unknown, kind: EngineError["kind"]]>([
  [401, { error: { message: "bad key" } }, "access-denied"],
  [404, { error: { message: "The model does not exist" } }, "model-unknown"],
  [400, { error: { code: "context_length_exceeded" } }, "prompt-too-long"],
  [413, "", "prompt-too-long"],
  [400, { error: { message: "temperature is not allowed" } }, "request-invalid"],
  [500, { error: { message: "CUDA" } }, "internal"],
  [502, "", "host-unreachable"],
])("[IN33] a refusal %i %j is %s", async (status, body, kind) => {
  const { server, child } = await setup();
  await server.fault({ kind: "refuse", times: 1, status, body });
  const { outcome } = await collect(child.engine, makeRequest("tell"));
  expect(outcome).toMatchObject({ kind: "failed", error: { kind } });
  expect((await collect(child.engine, makeRequest("tell"))).outcome.kind).toBe("done");
});

test("[IN33] an error inside the stream ends the reply typed", async () => {
  const { server, child } = await setup();
  const bytes = `data: {"error":{"code":500,"message":"out of slots"}}\n\n`;
  await server.fault({ kind: "say", afterTokens: 3, bytes });
  const { text, outcome } = await collect(child.engine, makeRequest("tell"));
  expect([...text]).toHaveLength(3);
  expect(outcome).toEqual(failedWith({ kind: "internal", detail: "500  out of slots" }));
});

test("[IN30] an event without an end fails the reply by name", async () => {
  const { server, child } = await setup();
  const bytes = `data: ${"x".repeat(300_000)}`;
  await server.fault({ kind: "say", afterTokens: 1, bytes });
  const { outcome } = await collect(child.engine, makeRequest("tell"));
  expect(outcome).toEqual(failedWith({ kind: "internal", detail: "event-too-long" }));
});

test("[IN34] where an endpoint tells no counts, usage is estimated and says so", async () => {
  const { server, child } = await setup();
  const told = await collect(child.engine, makeRequest("tell"));
  expect(told.outcome).toMatchObject({ usage: { promptTokens: 40, generatedTokens: 40 } });
  expect(told.outcome.kind === "done" && "isEstimated" in told.outcome.usage).toBe(false);
  await server.fault({ kind: "no-usage" });
  const { outcome } = await collect(child.engine, makeRequest("tell"));
  expect(outcome).toMatchObject({ usage: { isEstimated: true, generatedTokens: 40 } });
});

test("[IN36] an endpoint that falls silent ends its reply, and twice loses the engine", async () => {
  const { server, child } = await setup({}, { silenceMsMax: 700 });
  const late = failedWith({ kind: "deadline", afterMs: 700 });
  const fallSilent = async (): Promise<void> => {
    await server.fault({ kind: "silent", afterTokens: 2 });
    const { text, outcome } = await collect(child.engine, makeRequest("tell"));
    expect([[...text].length, outcome]).toEqual([2, late]);
    await server.statsUntil(({ active }) => active === 0);
  };
  await fallSilent();
  // A reply between them shows that it lives.
  expect((await collect(child.engine, makeRequest("tell"))).outcome.kind).toBe("done");
  await fallSilent();
  expect((await collect(child.engine, makeRequest("tell"))).outcome.kind).toBe("done");
  await fallSilent();
  await fallSilent();
  expect(await child.exited).toMatchObject({ kind: "failed", reason: { kind: "not-answering" } });
});

test("[IN36] an endpoint that only pings is silent", async () => {
  const { server, child } = await setup({}, { silenceMsMax: 700 });
  await server.fault({ kind: "silent", afterTokens: 2, pingMs: 20 });
  const { text, outcome } = await collect(child.engine, makeRequest("tell"));
  expect([...text]).toHaveLength(2);
  expect(outcome).toEqual(failedWith({ kind: "deadline", afterMs: 700 }));
});

test("[IN36] an endpoint that talks for too long is cut, and the engine stays", async () => {
  const limits = { replyMsMax: 500 };
  const { server, child } = await setup({ faults: { tokenMs: 20 } }, limits);
  for (let replies = 0; replies < 3; replies += 1) {
    const asked = makeRequest("tell", { tokensMax: 4_096 });
    const { text, outcome } = await collect(child.engine, asked);
    expect(outcome).toEqual(failedWith({ kind: "deadline", afterMs: 500 }));
    expect(text).not.toBe("");
    await server.statsUntil(({ active }) => active === 0);
  }
  expect((await child.engine.probe(noAbort)).ok).toBe(true);
});

test("[IN37] a hung endpoint loses the engine at its first silence", async () => {
  const { server, child } = await setup({}, { silenceMsMax: 500, lookMsMax: 1_000 });
  await server.fault({ kind: "hang" });
  const { outcome } = await collect(child.engine, makeRequest("tell"));
  expect(outcome).toEqual(failedWith({ kind: "deadline", afterMs: 500 }));
  expect(await child.exited).toMatchObject({ kind: "failed", reason: { kind: "not-answering" } });
});

test("[IN37] a broken connection fails its own reply where the endpoint still answers", async () => {
  const { server, child } = await setup();
  await server.fault({ kind: "cut", afterTokens: 2 });
  const { outcome } = await collect(child.engine, makeRequest("tell"));
  expect(outcome).toMatchObject({ kind: "failed", error: { kind: "host-unreachable" } });
  expect((await collect(child.engine, makeRequest("tell"))).outcome.kind).toBe("done");
});

test("[IN37] a refused connection is unreachable at the load and loses a loaded engine", async () => {
  const { server, child } = await setup();
  server.kill();
  await server.ended;
  const { outcome } = await collect(child.engine, makeRequest("tell"));
  expect(outcome).toEqual({ kind: "engine-lost", generation: 1 });
  expect(await child.exited).toMatchObject({ reason: { kind: "host-unreachable" } });
  const next = createOpenAiEngine({
    generation: 2,
    provider: providerOf(server.baseUrl),
    clock,
    fetch,
    modelName: profile.id,
  });
  const loaded = await next.engine.load(profile, () => undefined, noAbort);
  expect(loaded).toMatchObject({ ok: false, error: { kind: "host-unreachable" } });
});

test.each([
  [429, "3600"],
  [503, "3600"],
  [503, undefined],
])(
  "[IN40] an endpoint that answers %i as an engine begins is left to supervision",
  async (...says) => {
    const [status, retryAfter] = says;
    let asked = 0;
    const server = createServer((_request, response) => {
      asked += 1;
      response.writeHead(status, retryAfter === undefined ? {} : { "retry-after": retryAfter })
        .end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const provider = providerOf(`http://127.0.0.1:${port}/v1`);
    const load = async (generation: number) => {
      const child = createOpenAiEngine({
        generation,
        provider,
        clock,
        fetch,
        modelName: profile.id,
      });
      return await child.engine.load(profile, () => undefined, noAbort);
    };
    expect(await load(1)).toMatchObject({ ok: false, error: { kind: "busy" } });
    expect(await load(2)).toMatchObject({ ok: false, error: { kind: "busy" } });
    expect(asked, "not asked again before the time that it named").toBe(retryAfter ? 1 : 2);
  },
);

test("[IN35] a key goes to its endpoint, and stands in no error and behind no redirect", async () => {
  const key = "sk-secret-1234567890";
  const server = await startServer({ key });
  const right = providerOf(server.baseUrl, { keyVariable: "KEY" }, { KEY: key });
  const child = await openEngine(right);
  expect((await collect(child.engine, makeRequest("tell"))).outcome.kind).toBe("done");
  expect(JSON.stringify([right, child])).not.toContain(key);
  await server.fault({ kind: "refuse", times: 1, status: 500, body: { error: { message: key } } });
  const told = await collect(child.engine, makeRequest("tell"));
  expect(told.outcome).toEqual(failedWith({ kind: "internal", detail: "500  ***" }));

  const other = await startServer({ key: "other" });
  await server.fault({ kind: "redirect", to: `${other.baseUrl}/chat/completions` });
  const redirected = await collect(child.engine, makeRequest("tell"));
  expect(redirected.outcome).toMatchObject({ error: { kind: "host-unreachable" } });
  expect((await other.stats()).keysRefused).toBe(0);

  const wrong = providerOf(server.baseUrl, { keyVariable: "KEY" }, { KEY: "sk-wrong" });
  const refused = createOpenAiEngine({
    generation: 1,
    provider: wrong,
    clock,
    fetch,
    modelName: "m",
  });
  const loaded = await refused.engine.load(profile, () => undefined, noAbort);
  expect(loaded).toMatchObject({ ok: false, error: { kind: "access-denied" } });
});

test.each<[title: string, options: TestServerOptions, faults: readonly Fault[], keeps: boolean]>([
  ["keeps schemas", {}, [], true],
  ["reads over them", {}, [{ kind: "ignore-format" }], false],
  ["refuses them", { model: "starter" }, [], false],
])(
  "[IN92] an endpoint that %s is found out by one question",
  async (_title, options, faults, keeps) => {
    const server = await startServer(options);
    for (const fault of faults) await server.fault(fault);
    const provider = providerOf(server.baseUrl, { constrainsJson: "ask" });
    const first = await openEngine(provider);
    const asked = await server.stats();
    const again = await openEngine(provider);
    expect(await server.stats(), "asked once").toEqual(asked);
    for (const { engine } of [first, again]) {
      const { text, outcome } = await collect(engine, makeRequest("tell", { choices: ["x", "y"] }));
      if (keeps) expect([outcome.kind, text.length]).toEqual(["done", 1]);
      else expect(outcome).toMatchObject({ error: { kind: "request-invalid", field: "choices" } });
    }
    const set = await openEngine(providerOf(server.baseUrl, { constrainsJson: !keeps }));
    const told = await set.engine.load(profile, () => undefined, noAbort);
    expect(told).toMatchObject({ value: { constrainsJson: !keeps } });
  },
);

test("[IN92] what was not answered is asked again at the next load", async () => {
  const server = await startServer();
  const provider = providerOf(server.baseUrl, { constrainsJson: "ask" });
  await server.fault({ kind: "cut", afterTokens: 1 });
  const first = await openEngine(provider);
  const asked = makeRequest("tell", { choices: ["x", "y"] });
  expect((await collect(first.engine, asked)).outcome).toMatchObject({ kind: "failed" });
  const second = await openEngine(provider);
  expect((await collect(second.engine, asked)).outcome.kind).toBe("done");
});

test("[IN97] a model that is loaded for the first question is waited for, later ones are not", async () => {
  const limits = { silenceMsMax: 300, warmUpMsMax: 10_000 };
  const server = await startServer();
  await server.fault({ kind: "slow", ms: 900 });
  const child = await openEngine(providerOf(server.baseUrl, { constrainsJson: "ask" }), limits);
  expect(await child.engine.load(profile, () => undefined, noAbort))
    .toMatchObject({ value: { constrainsJson: true } });
  await server.fault({ kind: "slow", ms: 900 });
  expect((await child.engine.probe(noAbort)).ok).toBe(true);
  await server.fault({ kind: "slow", ms: 900 });
  const late = await collect(child.engine, makeRequest("tell"));
  expect(late.outcome).toEqual(failedWith({ kind: "deadline", afterMs: 300 }));
});

test("[IN38] the engines of one provider share its slots", async () => {
  const server = await startServer({ slots: 4, faults: { tokenMs: 2 } });
  const provider = providerOf(server.baseUrl, { slots: 2 });
  const engines = await Promise.all([1, 2, 3].map(() => openEngine(provider)));
  const outcomes = await Promise.all(
    engines.map(async ({ engine }) => (await collect(engine, makeRequest("tell"))).outcome),
  );
  expect(outcomes.filter(({ kind }) => kind === "done")).toHaveLength(2);
  expect(outcomes).toContainEqual(failedWith({ kind: "busy", slots: 2 }));
});
