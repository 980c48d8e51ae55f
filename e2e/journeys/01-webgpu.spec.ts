import { expect, test } from "../support/fixtures.ts";
import { readEntries, say, startRoom } from "../support/room.ts";

/** What `?lane=` puts on the page (web/main.ts). */
interface CountingEngine {
  gpuCounters(
    signal: AbortSignal,
  ): Promise<
    { readonly ok: true; readonly value: { readonly dispatches: number } } | { readonly ok: false }
  >;
}

test.use({ gpu: true });

test("journey 1: a short reply runs on WebGPU, with dispatches on the real queue for each token", async ({ page }) => {
  test.setTimeout(240_000);
  // D42: a software adapter is never preferred over the processor, so the test asks for it.
  await startRoom(page, "/?lane=webgpu");
  const dispatches = () =>
    page.evaluate(async () => {
      const { conclaveEngine } = globalThis as unknown as { conclaveEngine?: CountingEngine };
      const counted = await conclaveEngine?.gpuCounters(new AbortController().signal);
      return counted?.ok === true ? counted.value.dispatches : 0;
    });
  await say(page, "Ada, hi!");
  const seen: number[] = [];
  await expect.poll(async () => {
    const now = await dispatches();
    if (now > (seen.at(-1) ?? 0)) seen.push(now);
    return (await readEntries(page)).filter(({ body }) => body.kind === "settle").length;
  }, { timeout: 200_000, intervals: [100] }).toBeGreaterThanOrEqual(1);
  const settled = (await readEntries(page)).find(({ body }) => body.kind === "settle")?.body;
  expect(settled?.lane).toBe("webgpu-software");
  // One token takes hundreds of dispatches; they grew while it spoke, not only at the end.
  expect(seen.length).toBeGreaterThan(2);
  expect((seen.at(-1) ?? 0) - (seen[0] ?? 0)).toBeGreaterThan(100);
});
