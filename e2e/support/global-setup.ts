/** One real server for the whole run. Tests find it through `baseURL` in `fixtures.ts`. */

import { startServer } from "./server.mjs";

/** The variable that tells the test processes where the server is. */
export const URL_VARIABLE = "CONCLAVE_TEST_URL";

// Playwright wants the setup as a default export; it runs the returned function at the end.
export default async function startForTests(): Promise<() => Promise<void>> {
  const server = await startServer();
  process.env[URL_VARIABLE] = server.url;
  return async () => {
    const code = await server.stop();
    if (code !== 0) throw new Error(`The server stopped with code ${code}`);
  };
}
