/** Two people compare their devices, and learn that a server showed them different histories. */

import type { Page } from "@playwright/test";
import { checkAxe, expect, test } from "../support/fixtures.ts";
import { say, startRoom } from "../support/room.ts";
import { joinRoom, shareAndCopyLink } from "../support/shared-room.ts";

async function openDevice(page: Page, name: string) {
  const button = { name: `${name}: device and safety words`, exact: true };
  await page.getByRole("button", button).click();
  const dialog = page.getByRole("dialog", { name, exact: true });
  await expect(dialog.getByRole("list", { name: "Words to compare" })).toBeVisible();
  return dialog;
}

interface Entry {
  readonly from: string;
  readonly id: string;
}

/**
 * Stands between `page` and the relay; while it is on, a stranger leaves for each entry of who
 * founded the room. The page's own entries stay: a link whose own words are altered goes away.
 */
async function forgeFor(page: Page) {
  const state = { isOn: false, withheld: 0 };
  let founder: string | undefined;
  const left = JSON.stringify({ kind: "left", device: "B".repeat(22) });
  const forge = (entry: Entry): Entry => {
    if (entry.from !== founder) return entry;
    state.withheld += 1;
    return { ...entry, from: "relay", id: `${entry.id.slice(0, 20)}AA`, body: left } as Entry;
  };
  await page.routeWebSocket(() => true, (socket) => {
    const relay = socket.connectToServer();
    relay.onMessage((message) => {
      const text = String(message);
      if (!text.startsWith('{"t":"entries"')) return socket.send(message);
      const frame = JSON.parse(text) as { readonly entries: readonly Entry[] };
      founder ??= frame.entries[0]?.from;
      if (!state.isOn) return socket.send(message);
      socket.send(JSON.stringify({ ...frame, entries: frame.entries.map(forge) }));
    });
  });
  return state;
}

test("journey 3: both read the same safety words, and what was compared survives a reload", async ({ page, openVisitor }) => {
  await startRoom(page);
  const link = await shareAndCopyLink(page);
  const visitor = await openVisitor();
  await joinRoom(visitor, link, "Noor");
  const [noor, mika] = [await openDevice(page, "Noor"), await openDevice(visitor, "Mika")];
  const words = (dialog: typeof noor) =>
    dialog.getByRole("list", { name: "Words to compare" }).getByRole("listitem").allTextContents();
  const read = await words(noor);
  expect(read.length).toBe(8);
  expect(await words(mika)).toEqual(read);
  const history = (dialog: typeof noor) => dialog.getByRole("region", { name: "The same history" });
  for (const dialog of [noor, mika]) {
    await history(dialog).getByLabel("Up to entry").fill("2");
    await history(dialog).getByLabel("Up to entry").press("Enter");
    await expect(history(dialog).getByRole("status")).toHaveText(/^[a-z]+( [a-z]+){3}$/);
  }
  const second = await history(noor).getByRole("status").textContent();
  await expect(history(mika).getByRole("status")).toHaveText(second ?? "");
  await checkAxe(page);
  await noor.getByRole("button", { name: "They match" }).click();
  await expect(noor).toContainText("You compared this device on");
  await page.reload();
  await expect(page.getByText("2 people").first()).toBeVisible();
  await expect((await openDevice(page, "Noor")).getByText("You compared this device on"))
    .toBeVisible();
});

test("journey 3: a server that shows two people different histories is found out by both", async ({ page, openVisitor }) => {
  await startRoom(page);
  const link = await shareAndCopyLink(page);
  const visitor = await openVisitor();
  const relay = await forgeFor(visitor);
  await joinRoom(visitor, link, "Noor");
  await expect(page.getByText("2 people").first()).toBeVisible();
  await expect(visitor.getByText("2 people").first()).toBeVisible();
  relay.isOn = true;
  await say(page, "Do we read the same?");
  await expect.poll(() => relay.withheld).toBeGreaterThan(0);
  relay.isOn = false;
  await say(page, "And now?");
  const notice = visitor.getByRole("alert").filter({ hasText: "different histories" });
  await expect(notice).toContainText("The server showed Mika and you different histories");
  await say(visitor, "What did I miss?");
  await expect(page.getByRole("alert").filter({ hasText: "different histories" }))
    .toContainText("The server showed Noor and you different histories");
  await checkAxe(visitor);
  await visitor.reload();
  await expect(notice).toBeVisible();
  await notice.getByRole("button", { name: "Dismiss" }).click();
  await expect(notice).toHaveCount(0);
  await visitor.reload();
  await expect(visitor.getByText("2 people").first()).toBeVisible();
  await expect(notice).toHaveCount(0);
});
