/** Starts the bare echo as a process of its own, on Deno like the relay. */

import { spawn } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { denoPath } from "../../../edge/launch/processes.mjs";

const START_MS_MAX = 30_000;
const SCRIPT = fileURLToPath(new URL("echo-server.mjs", import.meta.url));

/** @returns {Promise<{ url: string, pid: number, stop: () => Promise<void> }>} */
export async function startEcho() {
  const args = ["run", "--quiet", "--no-prompt", "--allow-net=127.0.0.1", "--allow-env"];
  const child = spawn(denoPath(), [...args, SCRIPT], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const killIt = () => void child.kill("SIGKILL");
  process.once("exit", killIt);
  /** @type {string} */
  const port = await new Promise((resolve, reject) => {
    const fail = () => reject(new Error("The echo server did not start"));
    const timer = setTimeout(fail, START_MS_MAX);
    void ended.then(fail);
    child.stdout.on("data", (data) => {
      const found = /Echo is at (\d+)/.exec(String(data))?.[1];
      if (found === undefined) return;
      clearTimeout(timer);
      resolve(found);
    });
  });
  const stop = async () => {
    process.removeListener("exit", killIt);
    child.kill("SIGKILL");
    await ended;
  };
  return { url: `ws://127.0.0.1:${port}`, pid: child.pid ?? 0, stop };
}
