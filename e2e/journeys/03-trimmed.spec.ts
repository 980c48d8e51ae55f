import type { Page } from "@playwright/test";
import { expect, test as base } from "../support/fixtures.ts";
import { readEntries, say, startRoom } from "../support/room.ts";
import { joinRoom, saidTexts, shareAndCopyLink } from "../support/shared-room.ts";
import { startServer } from "../support/server.mjs";

/** A relay that keeps little, and takes appends as fast as a page sends them. */
const limits = { entriesMax: 40, appendBurst: 400, appendsPerS: 200 };

const test = base.extend({
  baseURL: async ({}, use) => {
    const settings = { CONCLAVE_RELAY_LIMITS: JSON.stringify(limits) };
    const server = await startServer({ settings });
    await use(server.url);
    await server.stop();
  },
});

/** Places in the open room's log that this browser has. */
async function seqsOf(page: Page): Promise<readonly number[]> {
  const roomId = new URL(page.url()).hash.split("/").at(-1);
  return (await readEntries(page)).filter((one) => one.roomId === roomId).map(({ seq }) => seq);
}

test("journey 3: a room goes on when its relay is full, and a newcomer begins at a checkpoint", async ({ page, openVisitor }) => {
  await startRoom(page);
  const link = await shareAndCopyLink(page);
  const texts = Array.from({ length: 24 }, (_, n) => `Message ${n + 1} of many`);
  for (const text of texts) await say(page, text);
  await expect.poll(async () => (await seqsOf(page)).at(-1), { timeout: 60_000 })
    .toBeGreaterThan(2 * limits.entriesMax);
  expect(await saidTexts(page)).toEqual(texts);
  await say(page, "And this is the last");
  await expect(page.getByText("And this is the last").first()).toBeVisible();

  const visitor = await openVisitor();
  await joinRoom(visitor, link, "Noor");
  await expect(visitor.getByText("And this is the last").first()).toBeVisible();
  await expect(visitor.getByText(/as Mika's device passed it on/).first()).toBeVisible();
  expect((await seqsOf(visitor))[0]).toBeGreaterThan(1);
  await say(visitor, "Hello from behind the checkpoint");
  await expect(page.getByText("Hello from behind the checkpoint").first()).toBeVisible();
  await expect(page.getByText(/remembers what was said here differently/)).toHaveCount(0);
});
