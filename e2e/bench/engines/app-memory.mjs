/** Memory of the app as a person sees it: the engine started, asked in a room, and stopped. */

import { startServer } from "../../support/server.mjs";
import { messageBox, newVisitor, startRoom, WAIT_MS_MAX } from "../app/visit.mjs";
import { measureMemory } from "./memory.mjs";

/** Ada and Bo answer each message, or pass. */
const SETTLED_A_MESSAGE = 2;

/**
 * @param {import("@playwright/test").Browser} browser without another page
 * @param {number} cycles
 */
export async function measureAppMemory(browser, cycles) {
  const server = await startServer();
  const context = await newVisitor(browser);
  try {
    const page = await context.newPage();
    await page.goto(server.url);
    const roomId = await startRoom(page);
    const engine = page.locator(".panel[data-engine]");
    /** @param {string} hash */
    const show = (hash) => page.goto(`${server.url}#/${hash}`);
    /** @param {string} phase */
    const untilEngine = (phase) =>
      page.locator(`.panel[data-engine=${phase}]`).waitFor({ timeout: WAIT_MS_MAX });
    const unload = async () => {
      await show("models");
      await untilEngine("ready");
      await engine.getByRole("button", { name: "Stop and free its memory" }).click();
      await untilEngine("idle");
    };
    await unload(); // The page starts its engine by itself.
    let messages = 0;
    return await measureMemory(page, cycles, {
      async load() {
        await engine.getByRole("button", { name: "Start", exact: true }).click();
        await untilEngine("ready");
        await show(`room/${encodeURIComponent(roomId)}`);
        await messageBox(page).fill(`Hello! What grows on day ${messages}?`);
        await messageBox(page).press("Enter");
        messages += 1;
        // By the log: the screen has the newest lines only.
        const settled = messages * SETTLED_A_MESSAGE;
        const options = { polling: 200, timeout: WAIT_MS_MAX };
        await page.waitForFunction(hasSettled, settled, options);
      },
      unload,
    });
  } finally {
    await context.close();
    await server.stop();
  }
}

/**
 * Runs in the page.
 *
 * @param {number} count
 * @returns {Promise<boolean>} whether so many attempts have ended
 */
async function hasSettled(count) {
  /** @type {IDBDatabase} */
  const database = await new Promise((done, failed) => {
    const open = indexedDB.open("conclave");
    open.onsuccess = () => done(open.result);
    open.onerror = () => failed(open.error);
  });
  /** @type {{ body: { kind: string } }[]} */
  const rows = await new Promise((done, failed) => {
    const all = database.transaction("entries").objectStore("entries").getAll();
    all.onsuccess = () => done(all.result);
    all.onerror = () => failed(all.error);
  });
  database.close();
  return rows.filter(({ body }) => body.kind === "settle").length >= count;
}
