/** The guard itself: a guard that sees nothing would make every other test say too much. */

import type { Page } from "@playwright/test";
import { expect, test } from "../support/fixtures.ts";

test("the guard sees a refused script URL in the page", async ({ page, guard }) => {
  guard.allow(/trusted-types|TrustedScriptURL/i, "made by this test");
  await page.goto("/");
  const error = await page.evaluate(() => {
    try {
      new Worker("/service-worker.js").terminate();
      return "no error";
    } catch (caught) {
      return (caught as Error).name;
    }
  });
  expect(error).toBe("TypeError");
  await expect.poll(() => guard.findings.length).toBeGreaterThan(0);
});

test("the guard sees inline code and a foreign image, and the policy stops both", async ({ page, guard }) => {
  guard.allow(/./, "everything here is made by this test");
  await page.goto("/");
  await page.evaluate(() => {
    const image = document.createElement("img");
    image.src = "https://elsewhere.example/pixel.png";
    document.body.append(image);
    const style = document.createElement("style");
    style.textContent = "body { color: red }";
    document.head.append(style);
  });
  await expect.poll(() => guard.findings.join("\n")).toMatch(/img-src https:\/\/elsewhere/);
  await expect.poll(() => guard.findings.join("\n")).toMatch(/style-src/);
});

test("the guard sees a request to another origin", async ({ page, guard }) => {
  guard.allow(/elsewhere\.example/, "made by this test");
  await page.route("https://elsewhere.example/**", (route) => route.abort());
  await page.goto("/");
  await page.evaluate(() => fetch("https://elsewhere.example/").catch(() => undefined));
  expect(guard.findings).toContain("request to another origin: https://elsewhere.example/");
});

test("the guard sees an uncaught error in the page", async ({ page, guard }) => {
  guard.allow(/made by this test/, "made by this test");
  await page.goto("/healthz");
  await page.evaluate(() => {
    setTimeout(() => {
      throw new Error("made by this test");
    });
  });
  await expect.poll(() => guard.findings.join("\n")).toContain("made by this test");
});

/** A worker that runs `code` under the server's own policy. */
async function startWorker(page: Page, code: string): Promise<void> {
  await page.goto("/healthz");
  await page.route("**/made-by-this-test.js", async (route) => {
    const answer = await route.fetch({ url: new URL("/healthz", page.url()).href });
    const headers = { ...answer.headers(), "content-type": "text/javascript" };
    await route.fulfill({ headers, body: code });
  });
  await page.evaluate(() => {
    const { trustedTypes } = globalThis as unknown as {
      trustedTypes: {
        createPolicy(name: string, rules: object): { createScriptURL(u: string): string };
      };
    };
    const policy = trustedTypes.createPolicy("conclave", { createScriptURL: (url: string) => url });
    new Worker(policy.createScriptURL("/made-by-this-test.js"));
  });
}

for (
  const [title, code, found] of [
    ["an uncaught error", "throw new Error('made by this test')", /made by this test/],
    [
      "a refused connection",
      "fetch('http://elsewhere.example/').catch(() => {})",
      /in a worker: Connecting to/,
    ],
    ["refused code from text", "try { eval('1') } catch {}", /in a worker: .*TrustedScript/],
  ] as const
) {
  test(`the guard sees ${title} in a worker`, async ({ page, guard }) => {
    guard.allow(found, "made by this test");
    await startWorker(page, code);
    await expect.poll(() => guard.findings.join("\n")).toMatch(found);
  });
}
