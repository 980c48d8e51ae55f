/**
 * The faults that the relay is to survive, and where each is shown: by fault and store one test or
 * the reason why there is none. `deno/fault-list.spec.ts` holds it to the tests and prints it.
 */

export type FaultStore = "SQLite" | "Redis" | "Durable Object" | "any";

/** A file and a title in it; a title of `test.each` as it is written. */
export type Shown = readonly [file: string, title: string];

export interface FaultLine {
  readonly fault: string;
  /** A text instead of a test: why there is none. */
  readonly on: Partial<Record<FaultStore, Shown | string>>;
}

const STORES_SPEC = "e2e/torture/relay/relay-stores.spec.ts";
const KILLED =
  "[TO17] on %s a killed and stopped relay keeps what it acknowledged, once and in the order sent";
const NETWORK_SPEC = "edge/conformance/deno/network-faults.spec.ts";
const NETWORK = "[TO19] $name: both peers end with all that was said, once, in order";
const STORE_SPEC = "edge/conformance/store-faults.spec.ts";
const DENO_SPEC = "edge/conformance/deno/store-faults.spec.ts";
const REDIS_SPEC = "edge/conformance/deno/redis-faults.spec.ts";
const TORN = "[TO20] a log torn at any byte loses nothing that a peer has";
const TRIMMED = "[RL24] who reads where the log was trimmed is closed 4010, not led over a hole";
const ONE_PROCESS = "one process has the store: there is nobody to hear from";
const network = (name: string): FaultLine => ({
  fault: name,
  on: { any: [NETWORK_SPEC, NETWORK] },
});

export const faultLines: readonly FaultLine[] = [
  {
    fault: "kill -9 of the relay",
    on: {
      SQLite: [STORES_SPEC, KILLED],
      Redis: [STORES_SPEC, KILLED],
      "Durable Object": [STORES_SPEC, KILLED],
    },
  },
  {
    fault: "kill -9 of the store",
    on: {
      SQLite: "it is in the relay's process",
      Redis: [
        "edge/conformance/redis/pair.spec.ts",
        "[RL107] [RL17] Redis killed amid appends loses nothing that was acknowledged",
      ],
      "Durable Object": "it is in workerd's process",
    },
  },
  {
    fault: "SIGSTOP",
    on: {
      SQLite: [
        DENO_SPEC,
        "[TO20] a process that stands still for longer than a link waits is gone, and comes back",
      ],
      Redis: [STORES_SPEC, KILLED],
      "Durable Object": [STORES_SPEC, KILLED],
    },
  },
  {
    fault: "torn log",
    on: {
      SQLite: [STORE_SPEC, TORN],
      Redis: [REDIS_SPEC, "[TO20] its log torn at any byte: nothing is lost that a peer has"],
      "Durable Object": [STORE_SPEC, TORN],
    },
  },
  {
    fault: "disk full",
    on: {
      SQLite: [
        DENO_SPEC,
        "[TO20] a disk that takes no more bytes refuses; what was acknowledged stays",
      ],
      Redis: ["edge/stores/redis.test.ts", "[RL107] a full Redis says so and changes nothing"],
      "Durable Object": "its disk is the platform's: local workerd cannot fill it",
    },
  },
  {
    fault: "restored backup",
    on: {
      SQLite: [DENO_SPEC, "[TO20] an old copy of the data gets from its peers what came later"],
      Redis: "as a torn log: its end is missing",
      "Durable Object": "the platform's point-in-time recovery, which local workerd has not",
    },
  },
  {
    fault: "lost pub/sub hints",
    on: {
      SQLite: ONE_PROCESS,
      Redis: [
        REDIS_SPEC,
        "[TO20] a relay whose lines to it are reset hears what it missed meanwhile",
      ],
      "Durable Object": ONE_PROCESS,
      any: [
        "edge/relay/relay-cluster.test.ts",
        "[RL112] a lost hint is made good by the next look",
      ],
    },
  },
  {
    fault: "half-open line to the store",
    on: {
      SQLite: "it is in the relay's process",
      Redis: [REDIS_SPEC, "[TO20] a relay whose lines to it are half-open makes others"],
      "Durable Object": "it is in workerd's process",
    },
  },
  {
    fault: "log trimmed under a reader",
    on: {
      SQLite: [STORE_SPEC, TRIMMED],
      Redis: [STORE_SPEC, TRIMMED],
      "Durable Object": [STORE_SPEC, TRIMMED],
    },
  },
  {
    fault: "eviction with hibernated sockets",
    on: {
      SQLite: "no server of ours hibernates",
      Redis: "no server of ours hibernates",
      "Durable Object": [
        "edge/conformance/workerd/room-object.spec.ts",
        "[RL82] [RL86] its members stay, hear who left and go on where they stood",
      ],
    },
  },
  network("latency with jitter"),
  network("a thin line in slices"),
  network("half-open"),
  network("reset"),
  network("nobody there"),
  network("cut behind some bytes again and again"),
  network("corrupted"),
];
