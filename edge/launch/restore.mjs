/**
 * `npm run restore -- FILE`: makes a backup the log of the data folder, which must have none.
 * `npm run backup` (backup.mjs) makes one of a running server.
 */

import { resolve } from "node:path";
import process from "node:process";
import { denoPath, ROOT, runProgram } from "./processes.mjs";
import { pathList } from "./server-process.mjs";

const words = process.argv.slice(2).filter((word) => word !== "--"); // `deno task` hands it on.
const [file = ""] = words;
if (words.length !== 1 || file.startsWith("-")) {
  console.error("Name a backup: npm run restore -- FILE");
  process.exitCode = 2;
} else {
  const backup = resolve(file);
  const data = resolve(ROOT, process.env["CONCLAVE_DATA"]?.trim() || ".conclave");
  const permissions = [
    `--allow-read=${pathList([backup, data])}`,
    `--allow-write=${pathList([data])}`,
    "--allow-env=WS_NO_BUFFER_UTIL,WS_NO_UTF_8_VALIDATE",
  ];
  const script = ["edge/platform/restore.ts", backup, data];
  const args = ["run", "--quiet", "--no-prompt", ...permissions, ...script];
  process.exitCode = (await runProgram(denoPath(), args)).code ?? 1;
}
