/**
 * The real server under torture: the process that `npm start` runs, on Deno, over a folder and a
 * port that outlive it.
 */

import { signalServer, spawnServer } from "../../edge/launch/server-process.mjs";
import { ROOT } from "../../edge/launch/processes.mjs";
import { cpSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

const START_MS_MAX = 30_000;

export interface RelayProcess {
  /** Such as `http://127.0.0.1:40001`. */
  readonly origin: string;
  readonly port: number;
  readonly pid: number;
  /** What it wrote so far. */
  output(): string;
  /** Sends a signal to this one process. */
  signal(name: NodeJS.Signals): void;
  /** Resolves with the exit code; null when a signal ended it. */
  readonly ended: Promise<number | null>;
}

export interface RelayPlace {
  readonly dataFolder: string;
  readonly pageFolder: string;
  /** 0: the system's choice. */
  readonly port: number;
  readonly settings?: Readonly<Record<string, string>>;
}

/** Copies the built page to `folder`, so that a build meanwhile changes nothing under the test. */
export function copyPage(folder: string): void {
  cpSync(join(ROOT, "dist"), folder, { recursive: true });
}

/** Starts it. Rejects with what it wrote when it does not listen in time. */
export async function startRelay(place: RelayPlace): Promise<RelayProcess> {
  const environment = {
    ...place.settings,
    HOST: "127.0.0.1",
    PORT: String(place.port),
    CONCLAVE_DATA: place.dataFolder,
  };
  const child = spawnServer(environment, "pipe", place.pageFolder);
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const killIt = (): void => signalServer(child, "SIGKILL");
  process.once("exit", killIt); // A stopped process would not see that we are gone.
  void ended.then(() => process.removeListener("exit", killIt));
  let text = "";
  const origin = await new Promise<string>((resolve, reject) => {
    const fail = (reason: string): void => reject(new Error(`Cannot start: ${reason}: ${text}`));
    const timer = setTimeout(() => fail("no address in time"), START_MS_MAX);
    const read = (data: Buffer): void => {
      text += data.toString();
      const found = /Conclave is at (http:\S+?)\/?\s/.exec(text)?.[1];
      if (found === undefined) return;
      clearTimeout(timer);
      resolve(found);
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    void ended.then((code) => fail(`it ended with ${code}`));
  });
  return {
    origin,
    port: Number(new URL(origin).port),
    pid: child.pid ?? 0,
    output: () => text,
    signal: (name) => signalServer(child, name),
    ended,
  };
}
