/** New versions and what is unread, on a hand-made client. */

import type { Page } from "@playwright/test";
import type { AppSnapshot } from "../../web/client/app-client.ts";
import { checkAxe, expect, openScene, test } from "./ui/ui-test.ts";

interface Fixture {
  readonly fixture: { readonly snapshot: { value: AppSnapshot } };
  readonly fixtureUpdates: { readonly isReady: { value: boolean }; readonly taken: number };
}

const patch = (page: Page, change: Partial<AppSnapshot>) =>
  page.evaluate((change) => {
    const { snapshot } = (globalThis as unknown as Fixture).fixture;
    snapshot.value = { ...snapshot.value, ...change };
  }, change);
const announce = (page: Page) =>
  page.evaluate(() => {
    (globalThis as unknown as Fixture).fixtureUpdates.isReady.value = true;
  });
const taken = (page: Page) =>
  page.evaluate(() => (globalThis as unknown as Fixture).fixtureUpdates.taken);

test("[SY192] a new version is taken when asked, and only when nobody is answering", async ({ page }) => {
  await openScene(page, "rooms", "#/room/rm_garden");
  await patch(page, { answering: true });
  await announce(page);
  await checkAxe(page);
  await page.getByRole("button", { name: "Use it now" }).click();
  await expect(page.getByText("as soon as nobody is answering")).toBeVisible();
  expect(await taken(page)).toBe(0);
  await patch(page, { answering: false });
  await expect.poll(() => taken(page)).toBe(1);
});

test("[SY192] who does not want to wait need not, and who says later is not asked again", async ({ page }) => {
  await openScene(page, "rooms", "#/room/rm_garden");
  await patch(page, { answering: true });
  await announce(page);
  await page.getByRole("button", { name: "Use it now" }).click();
  await page.getByRole("button", { name: "Do not wait" }).click();
  expect(await taken(page)).toBe(1);
  await page.getByRole("button", { name: "Later" }).click();
  await expect(page.getByText("new version")).toBeHidden();
});

test("[SY193] what is unread is counted in the title and on the icon", async ({ page }) => {
  await page.addInitScript(() => {
    const counts: number[] = [];
    Object.assign(globalThis, { counts });
    navigator.setAppBadge = (count) => Promise.resolve(void counts.push(count ?? -1));
  });
  await openScene(page, "rooms", "#/settings");
  const rooms = await page.evaluate(() =>
    (globalThis as unknown as Fixture).fixture.snapshot.value.rooms
  );
  await patch(page, {
    rooms: rooms.map((room, index) => ({ ...room, unread: index < 2 ? 3 : 0 })),
  });
  await expect(page).toHaveTitle("(6) Settings · Conclave");
  await patch(page, { rooms: rooms.map((room) => ({ ...room, unread: 0 })) });
  await expect(page).toHaveTitle("Settings · Conclave");
  const counts = await page.evaluate(() => (globalThis as unknown as { counts: number[] }).counts);
  expect(counts.slice(-2)).toEqual([6, 0]);
});
