/** What every part of the area does with a page of the app. */

/** @typedef {import("@playwright/test").Page} Page */
/** @typedef {import("../page/app-request.ts").EntryRow} EntryRow */

/** A wait for the app, not a measure: a busy machine folds 100,000 messages slowly. */
export const WAIT_MS_MAX = 300_000;

/**
 * A visitor without history. No service worker: it would fetch the whole page a second time beside
 * what is measured.
 *
 * @param {import("@playwright/test").Browser} browser
 */
export async function newVisitor(browser) {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    serviceWorkers: "block",
  });
  context.setDefaultTimeout(WAIT_MS_MAX);
  return context;
}

/** @param {Page} page */
export function messageBox(page) {
  return page.getByRole("textbox", { name: "Message", exact: true });
}

/**
 * From the start screen into a new room with the two ready-made personas.
 *
 * @param {Page} page
 * @returns {Promise<string>} the room's id
 */
export async function startRoom(page) {
  await page.getByRole("button", { name: "Start with Ada and Bo" }).click();
  await page.waitForURL(/#\/room\//);
  await messageBox(page).waitFor();
  return decodeURIComponent(new URL(page.url()).hash.replace("#/room/", ""));
}

/**
 * Waits until `count` attempts on the screen have ended.
 *
 * @param {Page} page
 * @param {number} count
 */
export async function untilSettled(page, count) {
  const settled = page.locator(
    "[data-outcome=replied], [data-outcome=silent], [data-outcome=failed]",
  );
  await settled.nth(count - 1).waitFor();
}

/**
 * @param {Page} page
 * @returns {Promise<EntryRow[]>}
 */
export async function readEntries(page) {
  return await page.evaluate(async () => {
    /** @type {IDBDatabase} */
    const database = await new Promise((done, failed) => {
      const open = indexedDB.open("conclave");
      open.onsuccess = () => done(open.result);
      open.onerror = () => failed(open.error);
    });
    const rows = await new Promise((done, failed) => {
      const all = database.transaction("entries").objectStore("entries").getAll();
      all.onsuccess = () => done(all.result);
      all.onerror = () => failed(all.error);
    });
    database.close();
    return rows;
  });
}
