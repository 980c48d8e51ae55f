/**
 * The `test` of every browser test: a page on the real server under a guard.
 *
 * The guard fails a test on any violation of the content security policy or of Trusted Types, any
 * uncaught error in a page or worker, and any request to another origin, whatever the test asserts.
 *
 *   test.use({ gpu: true })                  WebGPU on the software adapter
 *   test.use({ keepsOffline: true })         with the service worker; without it the browser seems
 *   to
 *                                            have none, as it would fetch the engine in every test
 */

import { type BrowserContext, expect, test as base } from "@playwright/test";
import { launchOptions } from "./browser.mjs";
import { URL_VARIABLE } from "./global-setup.ts";
import { watchWorkers } from "./worker-violations.ts";

export { checkAxe } from "./axe.ts";
export { expect };

/** What must not happen while a test runs, and the exceptions a test asks for. */
export interface Guard {
  /** Lets findings that match pass. The reason is for the reader of the test. */
  readonly allow: (pattern: RegExp, reason: string) => void;
  /** What was found so far, allowed or not. */
  readonly findings: readonly string[];
}

interface TestFixtures {
  readonly guard: Guard;
  /** Lets the page have service workers. */
  readonly keepsOffline: boolean;
}

interface WorkerFixtures {
  /** Offers WebGPU through the software adapter. */
  readonly gpu: boolean;
}

/** Console text of a refused script, style, connection or sink. */
const POLICY_TEXT = /Content Security Policy|Trusted ?(Type|Script|HTML)|Permissions-Policy/i;

/** Marks what the page's own listener reports. */
const VIOLATION_MARK = "[securitypolicyviolation]";

function isForeign(url: string, origin: string): boolean {
  const { protocol, origin: target } = new URL(url);
  return !["blob:", "data:", "about:"].includes(protocol) && target !== origin;
}

/** Reports to `report` until the context closes; covers every page and worker in it. */
async function watchContext(
  context: BrowserContext,
  origin: string,
  report: (finding: string) => void,
): Promise<void> {
  context.on("request", (request) => {
    if (isForeign(request.url(), origin)) report(`request to another origin: ${request.url()}`);
  });
  context.on("page", (page) => {
    page.on("websocket", (socket) => report(`web socket: ${socket.url()}`));
    watchWorkers(page, (text) => report(`policy violation in a worker: ${text}`))
      .catch((error: unknown) => report(`cannot watch the workers: ${String(error)}`));
  });
  context.on("console", (message) => {
    const text = message.text();
    if (text.startsWith(VIOLATION_MARK) || (message.type() === "error" && POLICY_TEXT.test(text))) {
      report(`policy violation: ${text}`);
    }
  });
  context.on("weberror", (webError) => {
    report(`uncaught error: ${webError.error().stack ?? webError.error().message}`);
  });
  await context.addInitScript((mark) => {
    addEventListener("securitypolicyviolation", (event) => {
      console.error(
        `${mark} ${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}:` +
          `${event.lineNumber} ${event.sample}`,
      );
    });
  }, VIOLATION_MARK);
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  gpu: [false, { scope: "worker", option: true }],
  launchOptions: [
    async ({ gpu }, use) => await use(launchOptions({ gpu })),
    { scope: "worker" },
  ],
  keepsOffline: [false, { option: true }],
  baseURL: async ({}, use) => {
    const url = process.env[URL_VARIABLE];
    if (url === undefined) throw new Error(`${URL_VARIABLE} is not set: global-setup did not run`);
    await use(url);
  },
  guard: [
    async ({ context, baseURL, keepsOffline }, use) => {
      if (!keepsOffline) {
        await context.addInitScript(() =>
          void Reflect.deleteProperty(Navigator.prototype, "serviceWorker")
        );
      }
      const findings: string[] = [];
      const allowed: RegExp[] = [];
      const origin = new URL(baseURL ?? "").origin;
      await watchContext(context, origin, (finding) => findings.push(finding));
      await use({ findings, allow: (pattern) => void allowed.push(pattern) });
      const unexpected = findings.filter((text) => !allowed.some((known) => known.test(text)));
      expect(unexpected, "what the guard saw while the test ran").toEqual([]);
    },
    { auto: true },
  ],
});
