/**
 * `npm run host -- [--check] CONFIG | --invite LINK`: runs the headless host on Deno with the least
 * permissions that its configuration needs, and stops with the signal it gets.
 */

import { spawn } from "node:child_process";
import process from "node:process";
import { hostCommand } from "./host-permissions.mjs";
import { inviteConfig, takeInvite } from "./invite-config.mjs";
import { denoPath, ROOT } from "./processes.mjs";
import { waitFor } from "./pass-signals.mjs";

// `deno task` passes the separator on, npm takes it.
const given = process.argv.slice(2).filter((word) => word !== "--");

try {
  const words = takeInvite(given, (link) => inviteConfig(link));
  const child = spawn(denoPath(), hostCommand(words), {
    cwd: ROOT,
    // The pipe closes when this process ends, however it ends: no host is left behind.
    stdio: ["pipe", "inherit", "inherit"],
  });
  process.exitCode = await waitFor(child);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
