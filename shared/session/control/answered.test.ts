import { expect, test } from "vitest";
import { createAnswered } from "./answered.ts";
import { controlLimits as limits } from "./limits.ts";
import type { SessionCall, SessionReply, SessionRequest } from "./requests.ts";
import { defer } from "./run-ends.ts";

const request = (requestId: string, call: SessionCall): SessionRequest => ({
  requestId,
  roomId: "room",
  session: "ada",
  call,
});
const done = (requestId: string): SessionReply => ({
  requestId,
  ok: true,
  answer: { kind: "done" },
});
const pause: SessionCall = { method: "pause" };

test("[SC62] a repeated request gets the first answer, also while that is being made", async () => {
  const answered = createAnswered(limits);
  const first = defer<SessionReply>();
  let made = 0;
  const make = (): Promise<SessionReply> => {
    made += 1;
    return first.promise;
  };
  const replies = [1, 2].map(() => answered.answer(request("a", pause), make));
  first.resolve(done("a"));
  expect(await Promise.all(replies)).toEqual([done("a"), done("a")]);
  expect(await answered.answer(request("a", pause), make)).toEqual(done("a"));
  expect(made).toBe(1);
});

test("[SC62] the same id with anything else in it is refused", async () => {
  const answered = createAnswered(limits);
  await answered.answer(request("a", pause), async () => done("a"));
  const other = await answered.answer(request("a", { method: "cancel" }), async () => done("a"));
  expect(other).toMatchObject({ error: { kind: "request-repeated", requestId: "a" } });
});

test("[SC62] what only reads is answered anew", async () => {
  const answered = createAnswered(limits);
  let made = 0;
  const read = request("a", { method: "list-visible" });
  const make = async (): Promise<SessionReply> => {
    made += 1;
    return done("a");
  };
  await answered.answer(read, make);
  await answered.answer(read, make);
  expect(made).toBe(2);
});

test("[SC62] answers are remembered up to a number, the oldest go first", async () => {
  const answered = createAnswered({ ...limits, answersMax: 2 });
  const made: string[] = [];
  const ask = (id: string): Promise<SessionReply> =>
    answered.answer(request(id, pause), async () => {
      made.push(id);
      return done(id);
    });
  for (const id of ["a", "b", "c", "c", "a"]) await ask(id);
  expect(made).toEqual(["a", "b", "c", "a"]);
});

test("[SC63] more requests at once are refused with the number, and taken when one ends", async () => {
  const answered = createAnswered({ ...limits, requestsMax: 1 });
  const first = defer<SessionReply>();
  const reply = answered.answer(request("a", pause), () => first.promise);
  expect(answered.open).toBe(1);
  expect(await answered.answer(request("b", pause), async () => done("b"))).toMatchObject({
    error: { kind: "too-many-requests", requestsMax: 1 },
  });
  first.resolve(done("a"));
  await reply;
  expect(await answered.answer(request("b", pause), async () => done("b"))).toEqual(done("b"));
});
