/**
 * What a screen reader is told by live regions, as the accessibility standard says: a region that
 * is atomic is read whole at every change of it, another one only what was added. An element that
 * comes into the page as a live region is silent until it changes; only an alert speaks at once.
 */

import type { Page } from "@playwright/test";

/** Records from the next page load on. */
export async function recordSpeech(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const heard: string[] = [];
    Object.assign(globalThis, { heard });
    const LIVE = "[aria-live], [role=status], [role=alert], [role=log]";
    const regionOf = (node: Node): Element | null => {
      const element = node instanceof Element ? node : node.parentElement;
      const region = element?.closest(LIVE) ?? null;
      return region?.getAttribute("aria-live") === "off" ? null : region;
    };
    const isAtomic = (region: Element): boolean => {
      const told = region.getAttribute("aria-atomic");
      return told === null ? region.matches("[role=status], [role=alert]") : told === "true";
    };
    const tell = (text: string | null): void => {
      const words = (text ?? "").replace(/\s+/g, " ").trim();
      if (words !== "") heard.push(words);
    };
    new MutationObserver((changes) => {
      const whole = new Set<Element>();
      for (const { target, type, addedNodes } of changes) {
        for (const node of addedNodes) {
          if (node instanceof Element && node.matches("[role=alert]")) tell(node.textContent);
        }
        const region = regionOf(target);
        if (region === null) continue;
        if (isAtomic(region)) whole.add(region);
        else if (type === "characterData") tell(target.textContent);
        else for (const node of addedNodes) tell(node.textContent);
      }
      for (const region of whole) tell(region.textContent);
    }).observe(document, { subtree: true, childList: true, characterData: true });
  });
}

/** Everything so far, a line for each utterance. */
export async function heardSoFar(page: Page): Promise<readonly string[]> {
  return await page.evaluate(() => (globalThis as unknown as { heard: string[] }).heard);
}

/** Forgets what was heard, to listen to what comes. */
export async function listenAnew(page: Page): Promise<void> {
  await page.evaluate(() => (globalThis as unknown as { heard: string[] }).heard.splice(0));
}
