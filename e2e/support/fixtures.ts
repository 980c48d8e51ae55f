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

import { type BrowserContext, chromium, expect, type Page, test as base } from "@playwright/test";
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
  /** Another person: a page in another Chromium with its own profile, under the same guard. */
  readonly openVisitor: () => Promise<Page>;
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

/** The one kind of socket that a page may open: of a room, to the relay of its own server. */
function isOwnRelay(url: string, origin: string): boolean {
  const relay = `${origin.replace(/^http/, "ws")}/relay?room=`;
  return url.startsWith(relay) && /^[A-Za-z0-9_-]{22}$/.test(url.slice(relay.length));
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
    page.on("websocket", (socket) => {
      if (!isOwnRelay(socket.url(), origin)) report(`web socket: ${socket.url()}`);
    });
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
      const findings: string[] = [];
      const allowed: RegExp[] = [];
      const guard: Guard = { findings, allow: (pattern) => void allowed.push(pattern) };
      reporters.set(guard, (finding) => findings.push(finding));
      await guardContext(context, { baseURL, keepsOffline }, (finding) => findings.push(finding));
      await use(guard);
      const unexpected = findings.filter((text) => !allowed.some((known) => known.test(text)));
      expect(unexpected, "what the guard saw while the test ran").toEqual([]);
    },
    { auto: true },
  ],
  openVisitor: async ({ gpu, baseURL, keepsOffline, guard }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async () => {
      // A browser process with a profile folder of its own, which Playwright makes and deletes.
      const context = await chromium.launchPersistentContext("", {
        ...launchOptions({ gpu }),
        ...(baseURL === undefined ? {} : { baseURL }),
        permissions: ["clipboard-read", "clipboard-write"],
      });
      contexts.push(context);
      const report = reporters.get(guard);
      if (report === undefined) throw new Error("The guard of this test has ended");
      await guardContext(context, { baseURL, keepsOffline }, report);
      return await context.newPage();
    });
    for (const context of contexts) await context.close();
  },
});

/** Lets a visitor's context report to its test's guard. */
const reporters = new WeakMap<Guard, (finding: string) => void>();

async function guardContext(
  context: BrowserContext,
  { baseURL, keepsOffline }: {
    readonly baseURL: string | undefined;
    readonly keepsOffline: boolean;
  },
  report: (finding: string) => void,
): Promise<void> {
  if (!keepsOffline) {
    await context.addInitScript(() =>
      void Reflect.deleteProperty(Navigator.prototype, "serviceWorker")
    );
  }
  await watchContext(context, new URL(baseURL ?? "").origin, report);
}
