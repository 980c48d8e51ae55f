/** Finds a Chromium for the tests and says how to start it. Installs one where it may. */

import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { chromium } from "@playwright/test";

const SYSTEM_NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** @param {string} path */
function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false; // Missing or not executable: either way it is not a program for us.
  }
}

/** @returns {string | undefined} */
function findOnPath() {
  const folders = (process.env["PATH"] ?? "").split(":").filter((folder) => folder !== "");
  return SYSTEM_NAMES.flatMap((name) => folders.map((folder) => join(folder, name)))
    .find(isProgram);
}

/**
 * Looks for a browser: the one named by CONCLAVE_CHROMIUM, Playwright's own, the system's.
 * Throws when CONCLAVE_CHROMIUM names no program: a wrong setting is not a wish for another
 * browser.
 *
 * @returns {string | undefined}
 */
export function findBrowser() {
  const named = process.env["CONCLAVE_CHROMIUM"];
  if (named !== undefined && named !== "") {
    if (isProgram(named)) return named;
    throw new Error(`Cannot use CONCLAVE_CHROMIUM "${named}": there is no such program`);
  }
  const own = chromium.executablePath();
  return isProgram(own) ? own : findOnPath();
}

/**
 * Returns a browser, installing Debian's when the machine is Debian and we are root.
 * Throws with what to do when there is none to be had.
 *
 * @returns {string}
 */
export function ensureBrowser() {
  const found = findBrowser();
  if (found !== undefined) return found;
  if (existsSync("/etc/debian_version") && process.getuid?.() === 0) {
    console.log("Installing Chromium with apt-get");
    const install = "apt-get update && apt-get install -y --no-install-recommends chromium";
    spawnSync("sh", ["-c", install], { stdio: "inherit" });
    const installed = findOnPath();
    if (installed !== undefined) return installed;
  }
  throw new Error(
    "Cannot find a browser: install Chromium (Debian: apt-get install chromium), " +
      "or run npx playwright install chromium, " +
      "or set CONCLAVE_CHROMIUM to the path of a Chromium or Chrome",
  );
}

/** No updates, no field trials, no first-run pages: a test must see only its own requests. */
const QUIET_FLAGS = [
  "--no-sandbox",
  "--no-first-run",
  "--no-default-browser-check",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-quic",
  "--disable-features=OptimizationHints,MediaRouter,DialMediaRouteProvider,Translate",
];

/** WebGPU on the software adapter; real shaders, real queue, four tokens a second. */
const GPU_FLAGS = ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"];

/**
 * Options for `chromium.launch` and for Playwright's `launchOptions`.
 *
 * @param {{ readonly gpu: boolean }} options `gpu`: offer WebGPU through the software adapter
 * @returns {{ executablePath: string, headless: true, args: string[] }}
 */
export function launchOptions({ gpu }) {
  return {
    executablePath: ensureBrowser(),
    headless: true,
    args: [...QUIET_FLAGS, ...(gpu ? GPU_FLAGS : [])],
  };
}
