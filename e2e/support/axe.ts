/** Accessibility checks by axe-core, run inside the page under its real policy. */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, type Page } from "@playwright/test";
import type { AxeResults } from "axe-core";

const axeSource = readFileSync(
  createRequire(import.meta.url).resolve("axe-core/axe.min.js"),
  "utf8",
);

/** WCAG 2.2 AA and all it contains. */
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"];

const COLOUR_RULES = ["color-contrast", "link-in-text-block"];

/** What another colour scheme or size can change at all: the rest was looked at already. */
export type AxeRules = "all" | "colours";

/** Fails the test unless axe finds nothing. `within` limits it to part of the page. */
export async function checkAxe(page: Page, within?: string): Promise<void> {
  expect(await findByAxe(page, "all", within), "axe violations").toEqual([]);
}

/**
 * What axe finds, a text each. The library enters through the debugger: as a script tag the page's
 * policy would refuse it.
 */
export async function findByAxe(
  page: Page,
  rules: AxeRules,
  within?: string,
): Promise<readonly string[]> {
  const session = await page.context().newCDPSession(page);
  try {
    const root = within === undefined ? "document" : JSON.stringify(within);
    const runOnly = rules === "all"
      ? { type: "tag", values: TAGS }
      : { type: "rule", values: COLOUR_RULES };
    const options = JSON.stringify({ runOnly, resultTypes: ["violations"] });
    const known = await session.send("Runtime.evaluate", { expression: "typeof axe" });
    if (known.result.value === "undefined") {
      await session.send("Runtime.evaluate", { expression: axeSource });
    }
    const { result, exceptionDetails } = await session.send("Runtime.evaluate", {
      expression: `axe.run(${root}, ${options}).then((results) => JSON.stringify(results))`,
      awaitPromise: true,
    });
    if (exceptionDetails !== undefined) {
      throw new Error(`axe failed: ${exceptionDetails.exception?.description}`);
    }
    const { violations } = JSON.parse(String(result.value)) as AxeResults;
    return violations.map(({ id, help, nodes }) =>
      `${id}: ${help}: ${
        nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join("\n")
      }`
    );
  } finally {
    await session.detach();
  }
}
