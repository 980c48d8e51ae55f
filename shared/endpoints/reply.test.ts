import { expect, test } from "vitest";
import { toMonotonicMs } from "../base/mod.ts";
import type { GenerateEvent, GenerateRequest } from "../inference/mod.ts";
import type { Clock } from "../ports/mod.ts";
import { httpEngineLimits } from "./limits.ts";
import { readReply } from "./reply.ts";

/** Time passes only by what is read: no timer ever wins a race. */
function drivenClock(): { readonly clock: Clock; pass(ms: number): void } {
  let nowMs = 0;
  return {
    clock: {
      now: () => toMonotonicMs(nowMs),
      sleep: (_ms: number, signal: AbortSignal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener("abort", () => reject(signal.reason), { once: true });
        }),
    } as Clock,
    pass: (ms) => void (nowMs += ms),
  };
}

async function read(
  line: string,
  signal = new AbortController().signal,
  onText = (): void => undefined,
): Promise<{ readonly texts: number; readonly end: unknown; readonly isCancelled: boolean }> {
  const { clock, pass } = drivenClock();
  const bytes = new TextEncoder().encode(line);
  let isCancelled = false;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      pass(20);
      controller.enqueue(bytes);
    },
    cancel() {
      isCancelled = true;
    },
  });
  const request = { requestId: "r", tokensMax: 1_000_000, stop: [], segments: [] };
  const reply = readReply(body, {
    clock,
    limits: { ...httpEngineLimits, replyMsMax: 500, silenceMsMax: 300 },
    request: request as unknown as GenerateRequest,
    startedAtMs: 0,
    errorOf: () => ({ kind: "internal", detail: "" }),
  }, signal);
  const events: GenerateEvent[] = [];
  for (;;) {
    const next = await reply.next();
    if (next.done === true) {
      const texts = events.filter(({ kind }) => kind === "text").length;
      return { texts, end: next.value, isCancelled };
    }
    events.push(next.value);
    if (next.value.kind === "text") onText();
  }
}

test("[IN36] bytes that are always there do not outrun the end of a reply", async () => {
  const chunk = { choices: [{ delta: { content: "a" }, finish_reason: null }] };
  const { texts, end } = await read(`data: ${JSON.stringify(chunk)}\n\n`);
  expect(end).toMatchObject({
    kind: "outcome",
    outcome: { kind: "failed", error: { kind: "deadline", afterMs: 500 } },
  });
  expect(texts).toBeLessThanOrEqual(26);
});

test("[IN36] comments that are always there are silence", async () => {
  expect(await read(": ping\n\n")).toMatchObject({ texts: 0, end: { kind: "silent" } });
});

test("[IN31] nothing is said behind a cancel, though one piece of the stream held more", async () => {
  const chunk = { choices: [{ delta: { content: "a" }, finish_reason: null }] };
  const stop = new AbortController();
  let texts = 0;
  const reading = read(`data: ${JSON.stringify(chunk)}\n\n`.repeat(3), stop.signal, () => {
    texts += 1;
    stop.abort("enough");
  });
  await expect(reading).rejects.toBe("enough");
  expect(texts).toBe(1);
});

test("[IN36] a reply that is over lets go of its stream, which ends the connection", async () => {
  expect(await read(": ping\n\n")).toMatchObject({ end: { kind: "silent" }, isCancelled: true });
});
