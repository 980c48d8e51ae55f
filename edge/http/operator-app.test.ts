import { expect, test } from "vitest";
import { err, ok } from "#shared/base/mod.ts";
import { type BackupRefusal, createOperatorApp, OPERATOR_HEADER } from "./operator-app.ts";

function setup() {
  const errors: unknown[] = [];
  const done = { path: "/data/backups/one.db", rooms: 2, entries: 30 };
  const state = {
    reason: undefined as string | undefined,
    refusal: undefined as BackupRefusal | undefined,
    backups: 0,
  };
  const app = createOperatorApp({
    metrics: async () => "conclave_relay_rooms 3\n",
    notReady: () => state.reason,
    async backUp() {
      state.backups += 1;
      if (state.refusal?.kind === "failed" && state.refusal.detail === "throw") {
        throw new Error("secret");
      }
      return state.refusal === undefined ? ok(done) : err(state.refusal);
    },
    reportError: (error) => errors.push(error),
  });
  const post = (headers: Record<string, string> = { [OPERATOR_HEADER]: "1" }) =>
    app.request("/backups", { method: "POST", headers });
  return { app, done, state, post, errors };
}

test("[RL102] metrics are text in Prometheus' format, never cached", async () => {
  const { app } = setup();
  const answer = await app.request("/metrics");
  expect(answer.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  expect(answer.headers.get("cache-control")).toBe("no-store");
  expect(await answer.text()).toBe("conclave_relay_rooms 3\n");
});

test("[RL103] readiness says why not", async () => {
  const { app, state } = setup();
  expect(await (await app.request("/readyz")).text()).toBe("ready\n");
  state.reason = "the store is full";
  const answer = await app.request("/readyz");
  expect([answer.status, await answer.text()]).toEqual([503, "the store is full\n"]);
});

test.each<[BackupRefusal | undefined, number]>([
  [undefined, 201],
  [{ kind: "under-way" }, 409],
  [{ kind: "exists", path: "/x" }, 409],
  [{ kind: "failed", detail: "disk full" }, 507],
])("[RL100] a backup that ended as %j answers %i", async (refusal, status) => {
  const { state, post, done } = setup();
  state.refusal = refusal;
  const answer = await post();
  expect([answer.status, await answer.json()]).toEqual([status, refusal ?? done]);
});

test.each([
  [{ origin: "http://127.0.0.1:9464", [OPERATOR_HEADER]: "1" }],
  [{ origin: "null", [OPERATOR_HEADER]: "1" }],
  [{ "sec-fetch-site": "cross-site", [OPERATOR_HEADER]: "1" }],
  [{}],
])("[RL104] a page gets nothing with %j", async (headers) => {
  const { app, post, state } = setup();
  expect((await post(headers)).status).toBe(403);
  expect(state.backups).toBe(0);
  if (Object.keys(headers).length === 0) return;
  for (const path of ["/metrics", "/readyz"]) {
    expect((await app.request(path, { headers })).status).toBe(403);
  }
});

test("a defect is reported and told without its text", async () => {
  const { state, post, errors } = setup();
  state.refusal = { kind: "failed", detail: "throw" };
  const answer = await post();
  expect([answer.status, errors.length]).toEqual([500, 1]);
});
