/**
 * A page for somebody without a pointer: whatever of the test driver would move one throws, and so
 * does giving the focus to something by code. Only keys are left.
 */

import type { Page } from "@playwright/test";
import { expect, test as guarded } from "./fixtures.ts";

export { expect } from "./fixtures.ts";

const POINTER = ["click", "dblclick", "hover", "tap", "check", "uncheck", "dragTo", "focus"];
const FIELD = ["fill", "clear", "press", "selectOption", "setChecked", "setInputFiles"];

/** Makes `page` one that only keys can use; its visitors are their test's to disarm. */
export function disarm(page: Page): Page {
  const refuse = (name: string) => (): never => {
    throw new Error(`Cannot call ${name}: this journey has only a keyboard`);
  };
  const locator = Object.getPrototypeOf(page.locator("body")) as Record<string, unknown>;
  originals ??= { prototype: locator, methods: {} };
  for (const name of [...POINTER, ...FIELD]) {
    originals.methods[name] ??= locator[name];
    locator[name] = refuse(`locator.${name}`);
    if (name in page) Object.assign(page, { [name]: refuse(`page.${name}`) });
  }
  for (const device of [page.mouse, page.touchscreen]) {
    for (const name of ["click", "dblclick", "down", "up", "move", "wheel", "tap"]) {
      if (name in device) Object.assign(device, { [name]: refuse(name) });
    }
  }
  return page;
}

interface Originals {
  readonly prototype: Record<string, unknown>;
  readonly methods: Record<string, unknown>;
}

let originals: Originals | undefined;

/** Gives the driver's methods back: other tests of this process use them. */
function rearm(): void {
  if (originals !== undefined) Object.assign(originals.prototype, originals.methods);
  originals = undefined;
}

export const test = guarded.extend({
  page: async ({ page }, use) => {
    await use(disarm(page));
    rearm();
  },
});

export interface Focus {
  readonly role: string;
  readonly name: string;
}

/**
 * What has the focus. Fails where that is nothing, cannot be seen, is not marked, or lies outside
 * the window.
 */
export async function readFocus(page: Page): Promise<Focus> {
  const found = await page.evaluate(() => {
    const { activeElement: one } = document;
    if (one === null || one === document.body) return { why: "nothing has the focus" };
    const { top, bottom, left, right, width, height } = one.getBoundingClientRect();
    const isInside = bottom > 0 && right > 0 && top < innerHeight && left < innerWidth;
    const style = getComputedStyle(one);
    const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
    // A message box marks itself by its frame, a choice by the one around it.
    const around = one.closest(".composer, .choice, .segmented label");
    const frame = around === null ? undefined : getComputedStyle(around);
    const isMarked = ring || style.boxShadow !== "none" || one.matches("main, dialog") ||
      (frame !== undefined && (frame.boxShadow !== "none" || frame.outlineStyle !== "none"));
    const role = one.getAttribute("role") ?? one.localName;
    const label = one instanceof HTMLInputElement ? one.labels?.[0]?.textContent : undefined;
    const name = one.getAttribute("aria-label") ?? label ?? one.textContent?.trim() ?? "";
    return { role, name: name.slice(0, 60), isMarked, isSeen: isInside && width > 0 && height > 0 };
  });
  if ("why" in found) throw new Error(found.why);
  expect(found, "the focus can be seen").toMatchObject({ isSeen: true, isMarked: true });
  return { role: found.role, name: found.name };
}

/** Presses `key` until the focus is on `name`; fails when that takes more than a person presses. */
export async function goTo(
  page: Page,
  key: string,
  name: string | RegExp,
  pressesMax = 25,
): Promise<void> {
  const seen: string[] = [];
  for (let count = 0; count < pressesMax; count += 1) {
    await page.keyboard.press(key);
    const focus = await readFocus(page);
    seen.push(`${focus.role} ${focus.name}`);
    if (typeof name === "string" ? focus.name === name : name.test(focus.name)) return;
  }
  throw new Error(`${key} did not lead to ${String(name)} but to ${seen.join(" | ")}`);
}
