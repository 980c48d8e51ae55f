/** Starts rivals as processes of their own; whatever happens they end with this one. */

import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { denoPath } from "../../../../edge/launch/processes.mjs";

const START_MS_MAX = 30_000;

/** @typedef {{ port: number, pid: number, stop: () => Promise<void> }} ServerProcess */

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RegExp} saysPort of the line that tells the port, which is its first group
 * @returns {Promise<ServerProcess>}
 */
async function startServer(command, args, saysPort) {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
  const killIt = () => void child.kill("SIGKILL");
  process.once("exit", killIt);
  let text = "";
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const port = await new Promise((resolve, reject) => {
    const fail = () => reject(new Error(`Cannot start ${command} ${args.join(" ")}: ${text}`));
    const timer = setTimeout(fail, START_MS_MAX);
    child.once("error", fail);
    void ended.then(fail);
    const read = (/** @type {Buffer} */ data) => {
      text += String(data);
      const found = saysPort.exec(text)?.[1];
      if (found === undefined) return;
      clearTimeout(timer);
      resolve(Number(found));
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
  });
  const stop = async () => {
    process.removeListener("exit", killIt);
    child.kill("SIGKILL");
    await ended;
  };
  return { port, pid: child.pid ?? 0, stop };
}

/** @param {"bare-server.mjs" | "socketio-server.mjs"} script on Deno, like the relay */
export function startDenoServer(script) {
  const path = fileURLToPath(new URL(script, import.meta.url));
  return startServer(
    denoPath(),
    // As the relay is not: what it may do costs no time here.
    ["run", "--quiet", "--no-prompt", "--allow-net", "--allow-env", "--allow-read", path],
    /Serves port (\d+)/,
  );
}

/**
 * Debian's nats-server with JetStream on files. Each write is on the disk before it is
 * acknowledged: by its own setting where this version has it, else because the folder's files are
 * written synchronously (`chattr +S`). A refusal tells why it is left out.
 *
 * @param {string} folder an empty one
 * @returns {Promise<ServerProcess & { syncs: string } | { skipped: string }>}
 */
export async function startJetStream(folder) {
  const version = tryCommand("nats-server", ["--version"]);
  if (version === undefined) return { skipped: "there is no nats-server: apt install nats-server" };
  const store = join(folder, "store");
  const path = join(folder, "nats.conf");
  mkdirSync(store, { recursive: true });
  const write = (/** @type {string} */ extra) =>
    writeFileSync(path, `listen: "127.0.0.1:-1"\njetstream { store_dir: "${store}"${extra} }\n`);
  write(", sync_interval: always");
  let syncs = "sync_interval: always";
  if (tryCommand("nats-server", ["-t", "-c", path]) === undefined) {
    write("");
    syncs = "no sync_interval in this version, so its folder has chattr +S";
    if (tryCommand("chattr", ["+S", store]) === undefined) {
      return { skipped: `${version.trim()} cannot sync always, and chattr +S is refused here` };
    }
  }
  const saysPort = /Listening for client connections on [^\n]*:(\d+)\n(?=[^]*Server is ready)/;
  return { ...await startServer("nats-server", ["-c", path], saysPort), syncs: version + syncs };
}

/**
 * What a program wrote; undefined when it failed or is not there.
 *
 * @param {string} command
 * @param {readonly string[]} args
 */
function tryCommand(command, args) {
  try {
    return execFileSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) { // Of the child alone: not found, or its exit code.
    const { code, status } = /** @type {{ code?: unknown, status?: unknown }} */ (error);
    if (code === "ENOENT" || typeof status === "number") return undefined;
    throw error;
  }
}
