/** Before a conformance run: the programs for Node and workerd, made once for all its files. */

import { bundleServer } from "../launch/server-bundle.mjs";
import { bundleWorker } from "../launch/worker-bundle.mjs";

export async function setup(): Promise<void> {
  await bundleServer();
  await bundleWorker();
}
