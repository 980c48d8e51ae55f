/** `npm run build:server -- [FILE]`: writes the server's program for Node as one file. */

import { resolve } from "node:path";
import process from "node:process";
import { bundleServer, SERVER_BUNDLE } from "./server-bundle.mjs";

const [file] = process.argv.slice(2).filter((word) => word !== "--"); // Deno hands it on.
console.log(await bundleServer(file === undefined ? SERVER_BUNDLE : resolve(file)));
