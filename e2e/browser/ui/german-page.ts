/** A German page, read as a person or a screen reader gets it, against the English catalogue. */

import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { messages as german } from "../../../web/app/messages/de.ts";

const ENGLISH = join(import.meta.dirname, "../../../web/app/messages/english");

/** Matches a text of the catalogue with anything in its holes; undefined if it is all holes. */
function patternOf(text: string): RegExp | undefined {
  const parts = text.split(/\{\w+\}/);
  if (parts.join("").replace(/[^a-z]/gi, "").length < 3) return undefined;
  const escaped = parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${escaped.join(".+")}$`, "s");
}

async function readEnglish(): Promise<ReadonlyMap<string, RegExp>> {
  const texts = new Map<string, RegExp>();
  const ours = new Set<string>(Object.values(german));
  for (const file of readdirSync(ENGLISH)) {
    const parts = await import(join(ENGLISH, file)) as Record<string, Record<string, string>>;
    for (const [key, text] of Object.values(parts).flatMap((part) => Object.entries(part))) {
      const pattern = ours.has(text) ? undefined : patternOf(text);
      if (pattern !== undefined) texts.set(key, pattern);
    }
  }
  return texts;
}

/** All that the page shows or tells but what people and personas wrote (`dir="auto"`). */
async function readPage(page: Page): Promise<readonly string[]> {
  return await page.evaluate(() => {
    const found = new Set<string>();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const { parentElement, textContent } = walker.currentNode;
      if (parentElement?.closest('[dir="auto"]') === null) found.add(textContent ?? "");
    }
    for (const element of document.querySelectorAll("[aria-label], [title], [placeholder], img")) {
      for (const name of ["aria-label", "title", "placeholder", "alt"]) {
        found.add(element.getAttribute(name) ?? "");
      }
    }
    return [...found].map((text) => text.trim()).filter((text) => text !== "");
  });
}

export async function findEnglish(page: Page): Promise<readonly string[]> {
  const english = await readEnglish();
  const isOurs = (key: string, text: string): boolean =>
    patternOf((german as Record<string, string>)[key] ?? "")?.test(text) === true;
  return (await readPage(page)).flatMap((text) =>
    [...english].filter(([key, pattern]) => pattern.test(text) && !isOurs(key, text))
      .map(([key]) => `${key}: ${text}`)
  );
}

/** How much the page, or a log in it, is wider than what shows it. */
export async function measureOverflow(page: Page): Promise<number> {
  return await page.evaluate(() => {
    const boxes = [document.documentElement, ...document.querySelectorAll('[role="log"]')];
    for (const box of boxes) box.scrollTo(0, 0);
    return Math.max(...boxes.map((box) => box.scrollWidth - box.clientWidth));
  });
}

/**
 * Our own words that stand in a box too small for them, by their first letters. The line under a
 * room's name may end in dots: the sheet says all of it.
 */
export async function findCut(page: Page): Promise<readonly string[]> {
  return await page.evaluate(() => {
    const SLACK_PX = 1;
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = new Set<string>();
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const words = node.nodeValue?.trim() ?? "";
      const box = node.parentElement;
      if (
        words === "" || box === null ||
        box.closest('[dir="auto"], .sr-only, .room-sub, bdi') !== null
      ) {
        continue;
      }
      if (!box.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
      for (let each: Element | null = box; each !== null; each = each.parentElement) {
        const { overflowX, display } = getComputedStyle(each);
        if (/auto|scroll/.test(overflowX)) break;
        if (overflowX === "visible" || display === "inline") continue;
        // One pixel is how words are hidden from eyes alone.
        if (each.clientWidth <= 1) break;
        const range = document.createRange();
        range.selectNodeContents(node);
        const [text, shown] = [range.getBoundingClientRect(), each.getBoundingClientRect()];
        if (text.right > shown.right + SLACK_PX || text.left < shown.left - SLACK_PX) {
          found.add(words.slice(0, 40));
        }
      }
    }
    return [...found];
  });
}
