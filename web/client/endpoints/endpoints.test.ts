import { expect, test } from "vitest";
import { err, ok } from "#shared/base/mod.ts";
import type { HttpFetch } from "#shared/ports/mod.ts";
import { ManualClock } from "#shared/testing/fakes/manual-clock.ts";
import {
  acceptDraft,
  decodeEndpoints,
  encodeEndpoints,
  type EndpointDraft,
  endpointsLimits,
  modelIdOf,
  profilesOf,
  viewOf,
} from "./endpoint.ts";
import { type EndpointStore, openEndpointDesk } from "./endpoint-desk.ts";

const signal = new AbortController().signal;
const KEY = "sk-secret-1234567890";
const draft: EndpointDraft = {
  name: "Cloud",
  baseUrl: "https://models.example/v1",
  key: KEY,
  slots: 2,
  models: [{ name: "m-large", contextTokens: 8_192 }],
};
const accept = (change: Partial<EndpointDraft> = {}) => acceptDraft({ ...draft, ...change });

test.each<[title: string, change: Partial<EndpointDraft>, reason: string | undefined]>([
  ["nothing", {}, undefined],
  ["nothing without a key", { key: " " }, undefined],
  ["an address of another kind", { baseUrl: "ftp://models.example" }, "address-invalid"],
  ["a key in the address", { baseUrl: "https://a:b@models.example" }, "address-invalid"],
  ["no name", { name: " " }, "name-invalid"],
  ["no slot", { slots: 0 }, "slots-invalid"],
  ["half a slot", { slots: 1.5 }, "slots-invalid"],
  ["a key of two lines", { key: "a\nb" }, "key-invalid"],
  ["a key in the clear", { baseUrl: "http://models.example/v1" }, "key-in-the-clear"],
  ["a model twice", { models: [...draft.models, ...draft.models] }, "models-invalid"],
  ["a tiny context", { models: [{ name: "m", contextTokens: 12 }] }, "models-invalid"],
  ["no number", { models: [{ name: "m", contextTokens: Number.NaN }] }, "models-invalid"],
])("[IN95] against a server stands: %s", (_title, change, reason) => {
  const accepted = accept(change);
  expect(accepted.ok ? undefined : accepted.error.reason).toBe(reason);
});

test("[IN95] models of equal name at two hosts are two, each with its context and place", () => {
  const local = accept({ baseUrl: "http://127.0.0.1:11434/v1/", key: "", name: "Own" });
  const cloud = accept();
  if (!local.ok || !cloud.ok) throw new Error("refused");
  const [own, far] = [local, cloud].map(({ value }) => profilesOf(value.stored)[0]);
  expect(own).toMatchObject({
    id: "m-large@127.0.0.1:11434",
    name: "m-large",
    contextTokens: 8_192,
    endpoint: { host: "127.0.0.1:11434", isLocal: true },
  });
  expect(far?.id).toBe("m-large@models.example");
  expect(far?.endpoint?.isLocal).toBe(false);
  expect(modelIdOf("x".repeat(80), "models.example")).toBeUndefined();
});

test("[RM57] a model that sees by its list or its person is offered as one, also after a reload", () => {
  const models = [...draft.models, {
    name: "eye",
    contextTokens: 8_192,
    seesImages: true,
  }] as const;
  const accepted = accept({ models });
  if (!accepted.ok) throw new Error("refused");
  const stored = encodeEndpoints([accepted.value.stored]);
  const [read] = decodeEndpoints(stored) ?? [];
  expect(read && profilesOf(read).map((one) => one.seesImages)).toEqual([undefined, true]);
  expect(decodeEndpoints(stored.replace(`"seesImages":true`, `"seesImages":1`))).toBeUndefined();
});

test("[IN90] a key is in what is stored, and in nothing that is shown or offered", () => {
  const accepted = accept();
  if (!accepted.ok) throw new Error("refused");
  const { stored, provider } = accepted.value;
  expect(encodeEndpoints([stored])).toContain(KEY);
  expect(viewOf(stored).hasKey).toBe(true);
  expect(JSON.stringify([viewOf(stored), profilesOf(stored), provider])).not.toContain(KEY);
  expect(JSON.stringify(accept({ key: `${KEY} ${KEY}` }))).not.toContain(KEY);
});

test.each(["", "{}", "[1]", "[null]", '[{"name":"a"}]', '[{"name":1}]'])(
  "[IN95] a row of %j is not read as servers",
  (text) => expect(decodeEndpoints(text)).toBeUndefined(),
);

function memoryStore(text?: string): EndpointStore & { text: string | undefined; isFull: boolean } {
  return {
    text,
    isFull: false,
    read() {
      return Promise.resolve(ok(this.text));
    },
    write(next) {
      if (this.isFull) return Promise.resolve(err({ kind: "storage-full" }));
      this.text = next;
      return Promise.resolve(ok(undefined));
    },
  };
}

async function openDesk(store: EndpointStore) {
  const asked: string[] = [];
  const fetchOf = (allowed: () => readonly string[]): HttpFetch => (url) => {
    asked.push(...allowed());
    return Promise.reject(new TypeError(url));
  };
  const opened = await openEndpointDesk(
    { clock: new ManualClock(), store, openFetch: fetchOf },
    signal,
  );
  return { opened, desk: opened.ok ? opened.value : opened.error.desk, asked };
}

test("[IN90] a server is kept over a restart, replaced by its address, and removed with its key", async () => {
  const store = memoryStore();
  const { desk } = await openDesk(store);
  expect((await desk.add(draft, signal)).ok).toBe(true);
  const again = { ...draft, baseUrl: "https://models.example/v1/", slots: 3 };
  expect((await desk.add(again, signal)).ok).toBe(true);
  const next = (await openDesk(store)).desk;
  expect(next.views()).toMatchObject([{ host: "models.example", slots: 3, hasKey: true }]);
  expect(next.profiles().map(({ id }) => id)).toEqual(["m-large@models.example"]);
  const [view] = next.views();
  expect((await next.remove(view?.id ?? "", signal)).ok).toBe(true);
  expect([next.views(), store.text]).toEqual([[], undefined]);
});

test("[IN90] what could not be stored is not there", async () => {
  const store = memoryStore();
  const { desk } = await openDesk(store);
  store.isFull = true;
  expect((await desk.add(draft, signal)).ok).toBe(false);
  expect([desk.views(), desk.profiles()]).toEqual([[], []]);
});

test("[IN95] a damaged row is told, and stays until a server is added", async () => {
  const store = memoryStore("[3]");
  const { opened, desk } = await openDesk(store);
  expect(opened).toMatchObject({ ok: false, error: { error: { kind: "storage-corrupt" } } });
  expect(store.text).toBe("[3]");
  await desk.add(draft, signal);
  expect((await openDesk(store)).desk.views()).toHaveLength(1);
});

test("[IN95] one more server than the most is refused by name", async () => {
  const { desk } = await openDesk(memoryStore());
  for (let at = 0; at < endpointsLimits.endpointsMax; at += 1) {
    await desk.add({ ...draft, baseUrl: `https://m${at}.example/v1` }, signal);
  }
  expect(await desk.add(draft, signal)).toMatchObject({ error: { reason: "endpoints-full" } });
  expect((await desk.add({ ...draft, baseUrl: "https://m3.example/v1" }, signal)).ok).toBe(true);
});

test("[IN91] the engine of a model may ask the addresses of added servers", async () => {
  const { desk, asked } = await openDesk(memoryStore());
  await desk.add(draft, signal);
  const [profile] = desk.profiles();
  if (profile === undefined) throw new Error("no model");
  const child = desk.start(1, profile);
  const loaded = await child.engine.load(profile, () => undefined, signal);
  expect(loaded).toMatchObject({ error: { kind: "host-unreachable", host: "models.example" } });
  expect(asked).toEqual(["https://models.example/v1/"]);
});
