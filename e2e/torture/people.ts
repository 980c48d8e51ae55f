/**
 * Two people in two browser profiles who type into one shared room, and what their browsers know.
 *
 * Only the product's own way is used: the page's message box, its outbox and its link. What the
 * relay acknowledged is read off the page's socket.
 */

import { type Browser, type BrowserContext, expect, type Page } from "@playwright/test";
import { setTimeout as sleep } from "node:timers/promises";
import { messageBox } from "../support/room.ts";
import { joinRoom, shareAndCopyLink } from "../support/shared-room.ts";
import type { LogRow } from "./history.ts";

/** Between two messages; a person who hammers the Enter key. */
const TYPING_MS = 30;
/** In one go: what a long pause lets pile up is sent one after the other. */
const TYPED_MAX = 60;

export interface Person {
  readonly name: string;
  readonly page: Page;
  readonly context: BrowserContext;
  /** What was typed and sent, in order. */
  readonly typed: string[];
  readonly wire: PersonWire;
}

export interface PersonWire {
  /** Seq by id, as the relay said. */
  readonly acknowledged: Map<string, number>;
  /** Ids of every append, once however often it went out. */
  readonly sent: Set<string>;
  /** Ids of appends without an answer. */
  readonly underWay: Set<string>;
  readonly epochs: Set<string>;
  repeated: number;
  sockets: number;
  /** Called at each append that goes out. */
  onAppend: () => void;
}

/** A row of the page's own log. */
export interface MirrorRow extends LogRow {
  /** Of the opened event; `refused` for one that this browser could not open. */
  readonly kind: string;
  readonly text: string | undefined;
}

interface AnyFrame {
  readonly t?: string;
  readonly id?: string;
  readonly seq?: number;
  readonly dup?: boolean;
  readonly epoch?: string;
}

async function openPerson(browser: Browser, origin: string, name: string): Promise<Person> {
  const context = await browser.newContext({
    baseURL: origin,
    permissions: ["clipboard-read", "clipboard-write"],
  });
  // Its worker would fetch models and answer from a cache; the page needs neither here.
  await context.addInitScript(() => {
    Reflect.deleteProperty(Navigator.prototype, "serviceWorker");
  });
  const page = await context.newPage();
  const wire = watchWire(page);
  return { name, page, context, typed: [], wire };
}

function watchWire(page: Page): PersonWire {
  const wire: PersonWire = {
    acknowledged: new Map(),
    sent: new Set(),
    underWay: new Set(),
    epochs: new Set(),
    ...{ repeated: 0, sockets: 0 },
    onAppend: () => {},
  };
  const read = (payload: string | Buffer, use: (frame: AnyFrame) => void): void => {
    const text = payload.toString();
    if (text.startsWith("{")) use(JSON.parse(text) as AnyFrame);
  };
  page.on("websocket", (socket) => {
    wire.sockets += 1;
    socket.on("framesent", ({ payload }) =>
      read(payload, ({ t, id = "" }) => {
        if (t !== "append") return;
        wire.sent.add(id);
        wire.underWay.add(id);
        wire.onAppend();
      }));
    socket.on(
      "framereceived",
      ({ payload }) =>
        read(payload, ({ t, id = "", seq = 0, dup = false, epoch = "" }) => {
          if (t === "joined") wire.epochs.add(epoch);
          if (t === "no") wire.underWay.delete(id);
          if (t !== "ok") return;
          wire.underWay.delete(id);
          wire.acknowledged.set(id, seq);
          if (dup) wire.repeated += 1;
        }),
    );
  });
  return wire;
}

export interface People {
  readonly all: readonly [Person, Person];
  readonly link: string;
  readonly roomId: string;
}

/** So that a wait that never ends fails while the page can still be asked what it shows. */
const STEP_MS_MAX = 45_000;

/** Founds a room without personas, shares it and lets the second person join. */
export async function gatherPeople(
  browser: Browser,
  origin: string,
  relay?: string,
): Promise<People> {
  const [host, guest] = [
    await openPerson(browser, origin, "Ann"),
    await openPerson(browser, origin, "Ben"),
  ];
  const { page } = host;
  for (const person of [host, guest]) person.page.setDefaultTimeout(STEP_MS_MAX);
  await page.goto("/");
  await page.getByRole("button", { name: "New room" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name of the room").fill("The rack");
  for (const box of await dialog.getByRole("checkbox").all()) await box.uncheck();
  await dialog.getByRole("button", { name: "Create room" }).click();
  await expect(messageBox(page)).toBeVisible();
  const link = await shareAndCopyLink(page, "write", relay).catch(async (error: unknown) => {
    throw new Error(`The page says: ${await page.locator("body").innerText()}`, { cause: error });
  });
  await joinRoom(guest.page, link, guest.name);
  const roomId = new URL(page.url()).hash.split("/").at(-1) ?? "";
  return { all: [host, guest], link, roomId };
}

/** Types numbered messages until `signal` aborts, or enough; each is typed whole. */
export async function type(person: Person, signal: AbortSignal): Promise<void> {
  const box = messageBox(person.page);
  for (let count = 0; count < TYPED_MAX && !signal.aborted; count += 1) {
    const text = `${person.name} says ${person.typed.length + 1}`;
    await box.fill(text);
    await box.press("Enter");
    person.typed.push(text);
    await expect(box).toHaveValue("");
    await sleep(TYPING_MS, undefined, { signal }).catch(() => undefined);
  }
}

/** What a person does who sees "Try now"; the browser's word that the network is back. */
export async function nudge(person: Person): Promise<void> {
  await person.page.evaluate(() => dispatchEvent(new Event("online")));
}

/** The person's outbox of this room: words that are not in the log yet. */
export async function countUnsent({ page }: Person, roomId: string): Promise<number> {
  return await page.evaluate(async (id) => {
    const database = await new Promise<IDBDatabase>((done, failed) => {
      const open = indexedDB.open("conclave");
      open.onsuccess = () => done(open.result);
      open.onerror = () => failed(open.error);
    });
    const rows = await new Promise<number>((done, failed) => {
      const index = database.transaction("outbox").objectStore("outbox").index("by-room");
      const count = index.count(id);
      count.onsuccess = () => done(count.result);
      count.onerror = () => failed(count.error);
    });
    database.close();
    return rows;
  }, roomId);
}

/** How many of the person's messages are not in this browser's own log yet. */
export async function countUnheard(person: Person, roomId: string): Promise<number> {
  const heard = new Set((await readMirror(person, roomId)).map(({ text }) => text));
  return person.typed.filter((text) => !heard.has(text)).length;
}

/** The room's log as this browser has stored it, in its order. */
export async function readMirror(
  { page }: Person,
  roomId: string,
): Promise<readonly MirrorRow[]> {
  return await page.evaluate(async (id) => {
    const database = await new Promise<IDBDatabase>((done, failed) => {
      const open = indexedDB.open("conclave");
      open.onsuccess = () => done(open.result);
      open.onerror = () => failed(open.error);
    });
    const rows = await new Promise<unknown[]>((done, failed) => {
      const range = IDBKeyRange.bound([id], [id, []]);
      const all = database.transaction("entries").objectStore("entries").getAll(range);
      all.onsuccess = () => done(all.result);
      all.onerror = () => failed(all.error);
    });
    database.close();
    return (rows as { seq: number; id: string; body: { kind: string; text?: string } }[])
      .map((row) => ({ seq: row.seq, id: row.id, kind: row.body.kind, text: row.body.text }));
  }, roomId);
}
