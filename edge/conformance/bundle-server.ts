/** Before a conformance run: the server's program for Node, made once for all its files. */

import { bundleServer } from "../launch/server-bundle.mjs";

export async function setup(): Promise<void> {
  await bundleServer();
}
