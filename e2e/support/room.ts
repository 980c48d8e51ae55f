/**
 * What journeys do and look at in a room, by what a person sees; and the room's own log for
 * counting.
 */

import { expect, type Locator, type Page } from "@playwright/test";

/** One row of the `entries` store. */
export interface StoredEntry {
  readonly roomId: string;
  readonly seq: number;
  readonly id: string;
  readonly device: string;
  readonly body: {
    readonly kind: string;
    readonly text?: string;
    readonly turn?: number;
    readonly persona?: string;
    readonly attempt?: number;
    readonly lane?: string;
    readonly outcome?: {
      readonly kind: string;
      readonly text?: string;
      readonly reason?: string;
      readonly speaker?: string;
    };
    readonly usage?: { readonly generatedTokens: number };
  };
}

const SETTLED = ["replied", "silent", "failed", "deferred", "stopped"];

/** Opens the app and the room with two ready-made personas. */
export async function startRoom(page: Page, path = "/"): Promise<void> {
  await page.goto(path);
  await page.getByRole("button", { name: "Start with Ada and Bo" }).click();
  await expect(messageBox(page)).toBeVisible();
}

export function messageBox(page: Page): Locator {
  return page.getByRole("textbox", { name: "Message", exact: true });
}

export async function say(page: Page, text: string): Promise<void> {
  await messageBox(page).fill(text);
  await messageBox(page).press("Enter");
}

/** Rows of the log by outcome, such as `replied`; all that have settled unless told. */
export function settledRows(page: Page, outcomes: readonly string[] = SETTLED): Locator {
  return page.locator(outcomes.map((outcome) => `[data-outcome=${outcome}]`).join(", "));
}

/** Waits until `count` attempts have settled on the screen. */
export async function untilSettled(page: Page, count: number): Promise<void> {
  await expect.poll(() => settledRows(page).count(), { timeout: 60_000 }).toBeGreaterThanOrEqual(
    count,
  );
}

/** Every entry of every room of this browser, as stored. */
export async function readEntries(page: Page): Promise<readonly StoredEntry[]> {
  return await page.evaluate(async () => {
    const database = await new Promise<IDBDatabase>((done, failed) => {
      const open = indexedDB.open("conclave");
      open.onsuccess = () => done(open.result);
      open.onerror = () => failed(open.error);
    });
    const rows = await new Promise<unknown[]>((done, failed) => {
      const all = database.transaction("entries").objectStore("entries").getAll();
      all.onsuccess = () => done(all.result);
      all.onerror = () => failed(all.error);
    });
    database.close();
    return rows as never;
  });
}

/**
 * `turn/persona/attempt` of every settlement in the log, sorted; a repetition would be a double
 * answer.
 */
export function settlementKeys(entries: readonly StoredEntry[]): readonly string[] {
  return entries.filter(({ body }) => body.kind === "settle")
    .map(({ body }) => `${body.turn}/${body.persona}/${body.attempt}`)
    .sort();
}

export function expectSettledOnce(entries: readonly StoredEntry[]): void {
  const keys = settlementKeys(entries);
  expect(new Set(keys).size, "each attempt settles once").toBe(keys.length);
}

/**
 * Of a room in which everybody answers and nobody asked again: each message has exactly one
 * settlement of each persona, all of first attempts.
 */
export function expectAllSettledOnce(entries: readonly StoredEntry[]): void {
  const personas = new Set(
    entries.filter(({ body }) => body.kind === "persona").map(({ body }) => body.persona),
  );
  const due = entries.filter(({ body }) => body.kind === "say")
    .flatMap(({ seq }) => [...personas].map((persona) => `${seq}/${persona}/0`));
  expect(settlementKeys(entries), "one settlement for each message and persona").toEqual(
    due.sort(),
  );
}
