/**
 * What the index claims and the browser no longer has: each loss is named, nothing crashes, and
 * what can be had again is had again.
 */

import type { Page } from "@playwright/test";
import { checkAxe, expect, test } from "../support/fixtures.ts";
import { attach, photograph, shownPicture, takePhotograph } from "../support/picture.ts";
import { messageBox, say, startRoom, untilSettled } from "../support/room.ts";
import { saidTexts, shareAndCopyLink } from "../support/shared-room.ts";

const REMOVED = "This browser removed what was stored here";
const GONE = "Rooms, keys and models that only this browser had are gone.";

/** As a browser does that needs the space: databases go, and local storage stays. */
async function removeDatabases(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const { origin } = new URL(page.url());
  await session.send("Storage.clearDataForOrigin", { origin, storageTypes: "indexeddb" });
  await session.detach();
}

/** Deletes every row of a store, in a page of the origin that is not the app. */
async function emptyStore(page: Page, store: string): Promise<void> {
  await page.goto("/healthz");
  await page.evaluate(async (name) => {
    const database = await new Promise<IDBDatabase>((done, failed) => {
      const open = indexedDB.open("conclave");
      open.onsuccess = () => done(open.result);
      open.onerror = () => failed(open.error);
    });
    await new Promise<void>((done, failed) => {
      const transaction = database.transaction(name, "readwrite");
      transaction.objectStore(name).clear();
      transaction.oncomplete = () => done();
      transaction.onabort = () => failed(transaction.error);
    });
    database.close();
  }, store);
}

test("[SY265] [SY266] storage that goes while a room is open is told, and what is shown stays", async ({ page }) => {
  await startRoom(page);
  await say(page, "Remember this line, please.");
  await untilSettled(page, 2);
  await removeDatabases(page);
  const notice = page.getByRole("region", { name: "Notices" });
  await expect(notice.getByText(REMOVED)).toBeVisible();
  await expect(notice.getByText(GONE)).toBeVisible();
  const log = page.getByRole("log");
  await expect(log.getByText("Remember this line, please.")).toBeVisible();

  // What is said now cannot be kept: it is said so, and the words stay.
  await say(page, "And this one?");
  await expect(notice.getByText(REMOVED)).toHaveCount(2);
  await expect(messageBox(page)).toHaveValue("And this one?");
  await expect(log.getByText("Remember this line, please.")).toBeVisible();

  // Another visit begins anew, and says why, once.
  await page.goto("/#/");
  await page.reload();
  await expect(notice.getByText(REMOVED)).toBeVisible();
  await checkAxe(page);
  await page.reload();
  await expect(page.getByRole("button", { name: "Start with Ada and Bo" })).toBeVisible();
  await expect(page.getByText(REMOVED)).toHaveCount(0);
});

test("[SY267] a room whose messages are gone says so, and is taken out of the list", async ({ page }) => {
  await startRoom(page);
  await say(page, "Who keeps this?");
  await untilSettled(page, 2);
  const room = page.url();
  await emptyStore(page, "entries");
  await page.goto("/");
  const listed = page.getByRole("link", { name: /The garden room/ });
  await expect(listed).toContainText("Something of this room is missing here");
  await page.goto(room);
  const heading = "The messages of this room are not in this browser any more";
  await expect(page.getByRole("heading", { name: heading })).toBeVisible();
  await checkAxe(page);
  await page.getByRole("button", { name: "Take it out of the list" }).click();
  await expect(page.getByRole("link", { name: /The garden room/ })).toHaveCount(0);
});

test("[SY267] [SY268] a shared room whose keys are gone comes back by its link, with what was said", async ({ page }) => {
  await startRoom(page);
  const link = await shareAndCopyLink(page);
  await say(page, "This was said with the first key.");
  await expect.poll(() => saidTexts(page)).toEqual(["This was said with the first key."]);
  const room = page.url();
  await emptyStore(page, "shared-rooms");
  await page.goto(room);
  const heading = "This browser lost its key to this room";
  await expect(page.getByRole("heading", { name: heading })).toBeVisible();
  await checkAxe(page);
  // The link as somebody else in the room would send it.
  await page.goto("about:blank");
  await page.goto(link);
  await page.getByLabel("The name others will see").fill("Mika");
  await page.getByRole("button", { name: "Join", exact: true }).click();
  await expect(messageBox(page)).toBeVisible();
  const log = page.getByRole("log");
  await expect(log.getByText("This was said with the first key.")).toBeVisible();
  await say(page, "And this with the second.");
  await expect.poll(() => saidTexts(page))
    .toEqual(["This was said with the first key.", "And this with the second."]);
});

test("[SY279] a picture whose bytes are gone says so beside its description, and all else stays", async ({ page }) => {
  await startRoom(page);
  await attach(page, photograph(await takePhotograph(page, 40, 30)));
  await page.getByLabel("What picture 1 shows").fill("a red boat");
  await say(page, "Look at this.");
  await expect(shownPicture(page, "a red boat")).toBeVisible();
  const room = page.url();
  await page.goto("/healthz");
  await page.evaluate(async () => {
    const database = await new Promise<IDBDatabase>((done, failed) => {
      const open = indexedDB.open("conclave");
      open.onsuccess = () => done(open.result);
      open.onerror = () => failed(open.error);
    });
    await new Promise<void>((done, failed) => {
      const transaction = database.transaction("entries", "readwrite");
      const cursors = transaction.objectStore("entries").openCursor();
      cursors.onsuccess = () => {
        const cursor = cursors.result;
        if (cursor === null) return;
        const isBlob = cursor.value.body.kind === "blob";
        if (isBlob) cursor.update({ ...cursor.value, body: { kind: "part" } });
        cursor.continue();
      };
      transaction.oncomplete = () => done();
      transaction.onabort = () => failed(transaction.error);
    });
    database.close();
  });
  await page.goto(room);
  const said = page.getByRole("article").filter({ hasText: "Look at this." });
  await expect(said).toContainText("The picture is no longer kept here.");
  await expect(said).toContainText("a red boat");
  await checkAxe(page);
});
