/** Long rooms in a visitor's database, made and looked at from outside the app. */

/** @typedef {import("@playwright/test").Page} Page */
/** @typedef {import("../page/seed-room.ts").SeedFace} SeedFace */

/**
 * @typedef {object} RoomToSeed
 * @property {number} messages
 * @property {string} lastLine
 * @property {number} [castSize]
 * @property {string} [roomId]
 */

/**
 * A page of the same origin without the app, where the database can be changed unseen.
 *
 * @param {Page} page
 * @param {string} url
 */
export async function leaveApp(page, url) {
  await page.goto(new URL("healthz", url).href);
}

/**
 * @param {Page} page outside the app
 * @param {string} script of `buildSeedScript`
 * @param {RoomToSeed} room
 */
export async function seedRoom(page, script, { messages, lastLine, castSize = 2, roomId }) {
  await page.evaluate(script);
  return await page.evaluate(([count, last, cast, id]) => {
    const { seedBench } = /** @type {{ seedBench: SeedFace }} */ (/** @type {any} */ (globalThis));
    return seedBench.seed(count, last, cast, id);
  }, /** @type {const} */ ([messages, lastLine, castSize, roomId]));
}

/**
 * @param {string} url
 * @param {string} roomId
 */
export function addressOf(url, roomId) {
  return `${url}#/room/${encodeURIComponent(roomId)}`;
}

/**
 * Waits until the app has stored `count` states; two belong to each long room: whole, and its
 * newest messages.
 *
 * @param {Page} page
 * @param {number} count
 */
export async function untilStates(page, count) {
  await page.evaluate(waitForStates, count);
}

/**
 * Runs in the page.
 *
 * @param {number} wanted
 */
async function waitForStates(wanted) {
  /** @type {IDBDatabase} */
  const database = await new Promise((done, failed) => {
    const open = indexedDB.open("conclave");
    open.onsuccess = () => done(open.result);
    open.onerror = () => failed(open.error);
  });
  const count = () =>
    new Promise((done, failed) => {
      const all = database.transaction("checkpoints").objectStore("checkpoints").count();
      all.onsuccess = () => done(all.result);
      all.onerror = () => failed(all.error);
    });
  while (await count() < wanted) await new Promise((done) => setTimeout(done, 100));
  database.close();
}

/** @param {Page} page outside the app */
export async function dropStates(page) {
  await page.evaluate(async () => {
    /** @type {IDBDatabase} */
    const database = await new Promise((done, failed) => {
      const open = indexedDB.open("conclave");
      open.onsuccess = () => done(open.result);
      open.onerror = () => failed(open.error);
    });
    await new Promise((done, failed) => {
      const transaction = database.transaction("checkpoints", "readwrite");
      transaction.objectStore("checkpoints").clear();
      transaction.oncomplete = () => done(undefined);
      transaction.onabort = () => failed(transaction.error);
    });
    database.close();
  });
}
