/**
 * The figures of one server process for Prometheus.
 *
 * Owns names and units. Counts are read when they are asked for; only commits are observed one by
 * one.
 *
 * Rules (shared/SPEC.md, section RL):
 *   RL102  Metrics name no room, device, address or content.
 */

import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { RelayCounts } from "../relay/relay-types.ts";
import type { RelayStore, StoreError } from "../relay/relay-store.ts";

export interface RelayMetricsDeps {
  readonly counts: () => RelayCounts;
  /** Bytes of memory that the process has. */
  readonly residentBytes: () => number;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/** 0.5 ms to 2 s: a flush of a good disk to one that stalls. */
const COMMIT_BUCKETS_S = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2];

export interface RelayMetrics {
  text(): Promise<string>;
  /** Of the newest commit; undefined when it was taken. */
  storeTrouble(): StoreError["kind"] | undefined;
  /** The store with its commits observed. */
  watch(store: RelayStore): RelayStore;
}

export function createRelayMetrics({ counts, residentBytes, now }: RelayMetricsDeps): RelayMetrics {
  const registry = new Registry();
  const registers = [registry];
  const gauge = (name: string, help: string, read: () => number): void => {
    void new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  };
  const total = (name: string, help: string, read: () => number): void => {
    void new Counter({
      ...{ name, help, registers },
      collect() {
        this.reset();
        this.inc(read());
      },
    });
  };
  const byCode = (
    name: string,
    help: string,
    read: () => Readonly<Record<string, number>>,
  ): void => {
    void new Counter({
      ...{ name, help, registers, labelNames: ["code"] },
      collect() {
        this.reset();
        for (const [code, count] of Object.entries(read())) this.inc({ code }, count);
      },
    });
  };

  gauge("conclave_relay_sockets", "Open web sockets", () => counts().sockets);
  gauge("conclave_relay_rooms", "Rooms in memory", () => counts().rooms);
  total("conclave_relay_appended_total", "Entries made durable", () => counts().appended);
  total("conclave_relay_delivered_total", "Entries handed to members", () => counts().delivered);
  byCode(
    "conclave_relay_refusals_total",
    "Refused frames, by the protocol's code",
    () => counts().refusedByCode,
  );
  byCode(
    "conclave_relay_closes_total",
    "Sockets that the relay closed, by close code",
    () => counts().closedByCode,
  );
  gauge("process_resident_memory_bytes", "Resident memory", residentBytes);
  const seconds = new Histogram({
    name: "conclave_relay_commit_seconds",
    help: "From handing a batch to the store until it is durable",
    ...{ buckets: COMMIT_BUCKETS_S, registers },
  });
  const failures = new Counter({
    name: "conclave_relay_commit_failures_total",
    help: "Commits that the store refused, by kind",
    ...{ labelNames: ["kind"], registers },
  });

  let trouble: StoreError["kind"] | undefined;
  return {
    text: () => registry.metrics(),
    storeTrouble: () => trouble,
    watch: (store) => ({
      open: (room) => store.open(room),
      read: (...question) => store.read(...question),
      findIds: (room, ids) => store.findIds(room, ids),
      roomsWithPresent: () => store.roomsWithPresent(),
      close: () => store.close(),
      async commit(writes) {
        const beganMs = now();
        const result = await store.commit(writes);
        seconds.observe((now() - beganMs) / 1_000);
        trouble = result.ok ? undefined : result.error.kind;
        if (!result.ok) failures.inc({ kind: result.error.kind });
        return result;
      },
    }),
  };
}
