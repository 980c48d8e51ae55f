/** The start, what leads into a room from outside, and what stands in their place. */

import type { Page } from "@playwright/test";
import type { Screen } from "../screen.ts";
import { chooseFile, press } from "../steps.ts";

const WRITE_KEY = "#w=1.S3VzdE9mVGhlR2FyZGVu";
const READ_KEY = "#r=1.UmVhZE9ubHk.a2V5";

export const startScreens: readonly Screen[] = [
  { name: "start-first", scene: "first", hash: "#/" },
  { name: "start-rooms", scene: "rooms", hash: "#/" },
  { name: "start-shared", scene: "shared", hash: "#/" },
  { name: "start-many-rooms", scene: "many-rooms", hash: "#/" },
  { name: "start-new-room", scene: "rooms", hash: "#/", show: openNewRoom },
  { name: "start-import", scene: "first", hash: "#/", show: openImport },
  { name: "start-import-refused", scene: "first", hash: "#/", show: refuseImport },
  { name: "start-booting", scene: "starting", hash: "#/" },
  { name: "start-boot-failed", scene: "boot-failed", hash: "#/" },
  { name: "join-ask", scene: "rooms", hash: "#/join" },
  { name: "join-bad-link", scene: "rooms", hash: "#/join", show: enterBadLink },
  { name: "join-invited", scene: "rooms", hash: WRITE_KEY },
  { name: "join-reader", scene: "rooms", hash: READ_KEY },
  { name: "join-other-key", scene: "rooms", hash: WRITE_KEY, show: joinOtherRoom },
  { name: "handed-in-empty", scene: "rooms", hash: "#/handed-in" },
  { name: "handed-in", scene: "rooms", hash: "#/handed-in", show: handIn },
  { name: "handed-in-full", scene: "rooms", hash: "#/handed-in/full", show: handIn },
];

async function openNewRoom(page: Page): Promise<void> {
  await press(page, "New room");
  await page.getByRole("dialog").getByRole("button", { name: "Create room" }).waitFor();
}

async function openImport(page: Page): Promise<void> {
  await press(page, "Import a room");
  await page.getByRole("dialog").getByRole("button", { name: "Choose a file" }).waitFor();
}

async function refuseImport(page: Page): Promise<void> {
  await openImport(page);
  const dialog = page.getByRole("dialog");
  await chooseFile(page, dialog.getByRole("button", { name: "Choose a file" }), "x", "hello");
  await dialog.getByText("Nothing was changed.").waitFor();
}

async function enterBadLink(page: Page): Promise<void> {
  await page.getByLabel("Invite link").fill("https://example.org/");
  await press(page, "Continue");
  await page.getByText("That is no invite link.").waitFor();
}

/** The link opens a room, but not the one that it names. */
async function joinOtherRoom(page: Page): Promise<void> {
  await page.evaluate(() => {
    fixture.refuse = { kind: "wrong-room" } as typeof fixture.refuse;
  });
  await press(page, "Join");
  await page.getByRole("alert").waitFor();
}

/** As the service worker keeps what another app shares. */
async function handIn(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const cache = await caches.open("conclave-handed-in");
    for (const key of await cache.keys()) await cache.delete(key);
    const keep = (kind: string, body: BodyInit | null, name = "", bytes = 0) =>
      cache.put(
        `/share/${kind}-${name}`,
        new Response(body, {
          headers: { "x-kind": kind, "x-name": encodeURIComponent(name), "x-bytes": `${bytes}` },
        }),
      );
    await keep("text", "The bees are back.\nhttps://example.org/bees");
    await keep("file", "{}", "mona.json", 2);
    await keep("file", "x", "garden by the wall in June.jpg", 840_000);
    await keep("too-large", null, "holiday.mov", 412_000_000);
    dispatchEvent(new Event("handed-in"));
  });
  await page.getByText("holiday.mov").first().waitFor();
}
