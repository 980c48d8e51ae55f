/**
 * A process of this host: started, drained, ended, and never left behind.
 *
 * Owns the process's group, its outputs and its guard: a shell that waits at a pipe of ours. The
 * pipe closes when this host ends, however it ends, and the guard then ends the group. Does not own
 * policy: who asks it to end and when (supervision).
 *
 * Rules (shared/SPEC.md, section SV):
 *   SV22  A process's output is always read, however much it is; the newest `outputCharsMax` are
 *         kept.
 *   SV23  A process outlives its host by no way: when the host is gone, killed too, it is ended.
 *   SV24  A process gets no variable of its host's environment but those that a model server
 *         needs; keys are not among them.
 */

import { type ChildProcess, spawn } from "node:child_process";
import process from "node:process";
import type { Readable } from "node:stream";
import { raceFirst } from "#shared/base/mod.ts";
import type { Clock, Log } from "#shared/ports/mod.ts";
import { processLimits } from "./limits.ts";
import { createOutputTail, type OutputTail } from "./output-tail.ts";

export interface ProcessOrder {
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment of the process. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface ProcessEnd {
  readonly code: number | undefined;
  readonly signal: string | undefined;
  /** What it last wrote. */
  readonly output: string;
}

export interface OwnProcess {
  readonly pid: number;
  /** Resolves once, when it has ended and was reaped; never rejects. */
  readonly exited: Promise<ProcessEnd>;
  /** Asks it to end. */
  terminate(): void;
  /** Ends it and what it started. Idempotent. */
  kill(): void;
}

export interface OwnProcessDeps {
  readonly clock: Clock;
  readonly log: Log;
}

/** Rejects when the system cannot start it. */
export async function startProcess(order: ProcessOrder, deps: OwnProcessDeps): Promise<OwnProcess> {
  const child = spawn(order.command, [...order.args], {
    env: { ...order.environment },
    stdio: ["ignore", "pipe", "pipe"],
    // A group of its own: Ctrl-C reaches the host alone, which then ends it in order.
    detached: true,
  });
  const tail = createOutputTail(processLimits.outputCharsMax);
  drain(child.stdout, tail);
  drain(child.stderr, tail);
  const exited = watchEnd(child, tail, deps.clock);
  await new Promise<void>((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", reject);
  });
  const { pid } = child;
  if (pid === undefined) throw new Error("Cannot start: the system gave no process id");
  const guard = startGuard(pid, deps.log);
  let isOver = false;
  // Owned by the process: it ends with it.
  void exited.then(() => {
    isOver = true;
    guard.release();
  });
  const signalGroup = (signal: NodeJS.Signals): void => {
    if (!isOver) sendSignal(pid, signal);
  };
  return {
    pid,
    exited,
    terminate: () => signalGroup("SIGTERM"),
    kill: () => signalGroup("SIGKILL"),
  };
}

function drain(stream: Readable, tail: OutputTail): void {
  const decoder = new TextDecoder();
  // SV22
  stream.on("data", (data: Uint8Array) => tail.push(decoder.decode(data, { stream: true })));
  stream.on("error", () => undefined); // A pipe that breaks: the end is told by the exit.
}

async function watchEnd(child: ChildProcess, tail: OutputTail, clock: Clock): Promise<ProcessEnd> {
  const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve) => {
    child.once("exit", (...end) => resolve(end));
  });
  const { signal: never } = new AbortController();
  // What it wrote last may still be in the pipe.
  await raceFirst([
    () => closed,
    (inner) => clock.sleep(processLimits.outputDrainMsMax, inner),
  ], never);
  return { code: code ?? undefined, signal: signal ?? undefined, output: tail.text() };
}

/** Ends the group `$0` unless it is told that the group has ended. dash knows `-s` only. */
const GUARD_SCRIPT = 'read -r word; [ "$word" = over ] || kill -s KILL -- "-$0"';

function startGuard(pid: number, log: Log): { release(): void } {
  const guard = spawn("sh", ["-c", GUARD_SCRIPT, String(pid)], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true, // Or it would get our Ctrl-C and miss our end.
    env: { PATH: "/usr/bin:/bin" },
  });
  guard.once(
    "error",
    (error) => log.write("warn", "guard-missing", { pid, detail: String(error) }),
  );
  guard.stdin.on("error", () => undefined); // It ended before us: then it has nothing to guard.
  guard.unref();
  return { release: () => void guard.stdin.end("over\n") };
}

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    // ESRCH: it ended by itself meanwhile.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** What a model server may need to find its libraries, its cache and its graphics cards. */
const PASSED = /^(PATH|HOME|TMPDIR|LANG|LC_\w+|(DY)?LD_LIBRARY_PATH|XDG_(CACHE_HOME|RUNTIME_DIR))$/;
const PASSED_FAMILIES = /^(GGML|CUDA|NVIDIA|HIP|HSA|ROCR|VK|OMP|ONEAPI|SYCL|MESA)_\w+$/;
const SECRET = /KEY|TOKEN|SECRET|PASSWORD/;

export function environmentOf(
  all: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const passed = Object.entries(all).filter((entry): entry is [string, string] =>
    entry[1] !== undefined && (PASSED.test(entry[0]) || PASSED_FAMILIES.test(entry[0])) &&
    !SECRET.test(entry[0]) // SV24
  );
  return Object.fromEntries(passed);
}
