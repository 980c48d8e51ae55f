import { expect, test } from "../support/fixtures.ts";
import { messageBox, readEntries, say, startRoom, untilSettled } from "../support/room.ts";
import { joinRoom, saidTexts, shareAndCopyLink } from "../support/shared-room.ts";

test.use({ keepsOffline: true });

test("journey 7: the page opens without a network, and what was typed arrives once, in order", async ({ page, openVisitor }) => {
  await startRoom(page);
  const link = await shareAndCopyLink(page);
  const visitor = await openVisitor();
  await visitor.goto("/");
  await visitor.waitForFunction(() => navigator.serviceWorker.controller !== null);
  await joinRoom(visitor, link, "Noor");
  await say(visitor, "I am here");
  await expect(page.getByText("I am here").first()).toBeVisible();
  await untilSettled(visitor, 2);
  const roomUrl = visitor.url();
  await untilKept(visitor);

  await visitor.context().setOffline(true);
  const texts = ["First, typed in a tunnel", "Second, typed in a tunnel", "Third, after a reload"];
  for (const text of texts.slice(0, 2)) {
    await say(visitor, text);
    await expect(visitor.getByText(text).first()).toBeVisible();
  }
  await visitor.reload();
  for (const text of texts.slice(0, 2)) {
    await expect(visitor.getByText(text).first()).toBeVisible();
  }
  await say(visitor, texts[2] ?? "");
  // Chromium's emulation says that it is online again after a reload, though nothing is reached.
  await expect(visitor.getByText("The room's server cannot be reached").first()).toBeVisible();
  const waiting = visitor.locator('article[data-waiting="true"]');
  await expect(waiting).toHaveCount(3);

  // Local rooms work in full meanwhile.
  await startRoom(visitor, "/#/");
  await say(visitor, "Is anybody here without a network?");
  await expect.poll(
    async () =>
      (await readEntries(visitor)).filter(({ roomId, body }) =>
        roomId.startsWith("rm_") && body.kind === "settle"
      ).length,
    { timeout: 60_000 },
  ).toBe(2);

  await visitor.context().setOffline(false);
  await expect(page.getByText("Third, after a reload").first()).toBeVisible({ timeout: 60_000 });
  await visitor.goto(roomUrl);
  await expect(messageBox(visitor)).toBeVisible();
  await expect.poll(() => saidTexts(visitor), { timeout: 30_000 }).toEqual(["I am here", ...texts]);
  expect(await saidTexts(page)).toEqual(["I am here", ...texts]);
});

/** Everything that the page and its engine need works without the server now. */
async function untilKept(page: import("@playwright/test").Page): Promise<void> {
  await expect.poll(() =>
    page.evaluate(async () => {
      const cache = await caches.open("conclave-files");
      return (await cache.keys()).map((request) => new URL(request.url).pathname);
    }), { timeout: 60_000 }).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/model\.onnx$/),
        expect.stringMatching(/\.wasm$/),
      ]),
    );
}
