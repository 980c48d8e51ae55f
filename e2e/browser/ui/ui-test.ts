/** The guarded `test` on the fixture page, built once per worker and served by the real server. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test as guarded } from "../../support/fixtures.ts";
import { startServer } from "../../support/server.mjs";
import { buildUiSite } from "./ui-site.ts";

export { checkAxe, expect } from "../../support/fixtures.ts";
export { openScene } from "./open-scene.ts";

export const test = guarded.extend<object, { readonly uiSite: string }>({
  uiSite: [
    // Playwright reads the fixture's needs from its parameter, so an empty pattern must stand
    // there. oxlint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const folder = mkdtempSync(join(tmpdir(), "conclave-ui-"));
      await buildUiSite(folder);
      const server = await startServer({ pageFolder: folder });
      await use(server.url);
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
    { scope: "worker", timeout: 120_000 },
  ],
  baseURL: async ({ uiSite }, use) => await use(uiSite),
});
