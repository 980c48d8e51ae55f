/** What a page shows, told at every change, so that a kill can come at an exact moment. */

import type { Page } from "@playwright/test";
import type { StoredEntry } from "../../support/room.ts";
import type { Found, ScreenRow } from "./judge-round.ts";

export interface SeenRow extends ScreenRow {
  readonly phase: string;
  readonly chars: number;
}

export interface Seen {
  /** Enter has reached the page. */
  readonly isEntered: boolean;
  /** Texts of people that are in the log, as shown. */
  readonly said: readonly string[];
  readonly rows: readonly SeenRow[];
}

export interface Watch {
  seen(): Seen;
  /** Resolves at the first change after which `isIt`; rejects after `msMax`. */
  until(isIt: (seen: Seen) => boolean, msMax: number): Promise<void>;
}

const nothing: Seen = { isEntered: false, said: [], rows: [] };

/** Watches until the page is gone. */
export async function watchPage(page: Page): Promise<Watch> {
  let seen = nothing;
  const waiting = new Set<() => void>();
  await page.exposeFunction("tortureSaw", (next: Seen) => {
    seen = next;
    for (const check of [...waiting]) check();
  });
  await page.evaluate(observe);
  return {
    seen: () => seen,
    until: (isIt, msMax) =>
      new Promise((resolve, reject) => {
        const end = (settle: () => void): void => {
          clearTimeout(timer);
          waiting.delete(check);
          settle();
        };
        const check = (): void => {
          if (isIt(seen)) end(resolve);
        };
        const timer = setTimeout(() => {
          end(() => reject(new Error(`Not seen in ${msMax} ms: ${JSON.stringify(seen)}`)));
        }, msMax);
        waiting.add(check);
        check();
      }),
  };
}

declare global {
  // The page's side of `exposeFunction`.
  var tortureSaw: (seen: Seen) => Promise<void>;
}

/** Runs in the page. */
function observe(): void {
  let isEntered = false;
  let last = "";
  const tell = (): void => {
    const rows = [...document.querySelectorAll<HTMLElement>("[data-outcome]")].map((row) => ({
      turn: Number(row.dataset["turn"]),
      persona: row.dataset["persona"] ?? "",
      outcome: row.dataset["outcome"] ?? "",
      phase: row.dataset["phase"] ?? "",
      chars: row.querySelector(".text:not(.thinking)")?.textContent?.length ?? 0,
    }));
    const said = [...document.querySelectorAll("article[data-seq] .text")]
      .map((text) => text.textContent ?? "");
    const seen = { isEntered, said, rows };
    const now = JSON.stringify(seen);
    if (now === last) return;
    last = now;
    void globalThis.tortureSaw(seen); // Owned by the page: it may be killed meanwhile.
  };
  addEventListener("keydown", ({ key }) => {
    if (key !== "Enter") return;
    isEntered = true;
    tell();
  }, { capture: true });
  new MutationObserver(tell).observe(document.body, {
    ...{ attributes: true, characterData: true, childList: true, subtree: true },
  });
  tell();
}

/** What the page has stored and shows now. Undefined where the page was just being replaced. */
export async function readFound(page: Page): Promise<Found> {
  const [stored, screen] = await page.evaluate(async () => {
    const database = await new Promise<IDBDatabase>((done, failed) => {
      const open = indexedDB.open("conclave");
      open.onsuccess = () => done(open.result);
      open.onerror = () => failed(open.error);
    });
    const names = ["entries", "inputs", "outbox"];
    const transaction = database.transaction(names);
    const [entries, inputs, outbox] = await Promise.all(
      names.map((name) =>
        new Promise<unknown[]>((done, failed) => {
          const all = transaction.objectStore(name).getAll();
          all.onsuccess = () => done(all.result);
          all.onerror = () => failed(all.error);
        })
      ),
    );
    database.close();
    const rows = [...document.querySelectorAll<HTMLElement>("[data-outcome]")].map((row) => ({
      turn: Number(row.dataset["turn"]),
      persona: row.dataset["persona"] ?? "",
      outcome: row.dataset["outcome"] ?? "",
    }));
    const box = document.querySelector<HTMLTextAreaElement>("textarea.composer-input");
    return [{ entries, inputs, outbox }, { rows, composer: box?.value ?? "" }] as const;
  });
  const inputs = (stored.inputs ?? []) as readonly { readonly phase: string }[];
  return {
    ...screen,
    entries: (stored.entries ?? []) as readonly StoredEntry[],
    inputsLive: inputs.filter(({ phase }) => phase === "queued" || phase === "staged").length,
    outboxRows: (stored.outbox ?? []).length,
  };
}
