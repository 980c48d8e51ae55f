import { fc } from "../testing/properties.ts";
import { expect, test } from "vitest";
import { cryptoLimits } from "./limits.ts";
import { LogViews, noForks } from "./log-views.ts";

type Taken = Parameters<LogViews["take"]>;
type Claim = NonNullable<Taken[1]>;

const EPOCH = "epoch-one";
const fresh = (epoch = EPOCH): LogViews => new LogViews(epoch, undefined, noForks);
const take = (log: LogViews, seq: number, hash: string, claim?: Claim): void =>
  log.take({ seq, ts: seq * 1_000, hash }, claim);
/** A log with entries of these hashes. */
const logOf = (hashes: readonly string[], epoch = EPOCH): LogViews => {
  const log = fresh(epoch);
  for (const [at, hash] of hashes.entries()) take(log, at + 1, hash);
  return log;
};
const claimOf = (log: LogViews, device = "ada", prev = ""): Claim => {
  const view = log.view();
  if (view === undefined) throw new Error("Cannot claim nothing");
  return { device, view, prev };
};

test("[CR32] equal logs have equal chains at every place; one other entry changes all behind it", () => {
  const [one, other] = [logOf(["a", "b", "c", "d"]), logOf(["a", "x", "c", "d"])];
  expect(logOf(["a", "b", "c", "d"]).view()).toEqual(one.view());
  const chains = (log: LogViews) => [0, 1, 2, 3, 4].map((seq) => log.chainAt(seq));
  expect(chains(one).slice(0, 2)).toEqual(chains(other).slice(0, 2));
  for (const seq of [2, 3, 4]) expect(one.chainAt(seq)).not.toBe(other.chainAt(seq));
  expect(logOf(["a"], "another").chainAt(0)).not.toBe(one.chainAt(0));
});

test("[CR32] a claim of another log, and one of more than this log can have had, is a fork", () => {
  const log = logOf(["a", "b"]);
  take(log, 3, "c", claimOf(logOf(["a"])));
  expect(log.found().forks).toEqual([]);
  take(log, 4, "d", claimOf(logOf(["a", "x"])));
  expect(log.found().forks).toMatchObject([{ device: "ada", agreedSeq: 1, seq: 2, at: 4_000 }]);
  take(log, 5, "e", claimOf(logOf(["a", "b", "c", "d", "e"]), "bob"));
  expect(log.found().forks[1]).toMatchObject({ device: "bob", agreedSeq: 0, seq: 5, mine: "" });
});

test("[CR33] who goes on in another epoch, answering this one, is told; who was there before is not", () => {
  const [log, other] = [logOf(["a"]), logOf(["a"], "two")];
  const own = { ...claimOf(log, "own"), prev: "a" };
  // What was sealed in the epoch before, offered again: it answers nothing of this one.
  take(log, 2, "x0", claimOf(other, "ada", "a"));
  take(log, 3, "y", own);
  take(log, 4, "x1", claimOf(other, "ada", "x0"));
  expect(log.found().forks).toEqual([]);
  take(log, 5, "x2", claimOf(other, "ada", "y"));
  expect(log.found().forks).toMatchObject([{ device: "ada", mine: "" }]);
});

test("[CR33] an epoch that a rollback took back, and what was sealed in it, is no fork", () => {
  const log = logOf(["a"]);
  take(log, 2, "y", { ...claimOf(log, "own"), prev: "a" });
  // Sealed in an epoch that came after this one and that the relay then forgot.
  take(log, 3, "x0", claimOf(logOf(["a", "y"], "two"), "ada", "y"));
  take(log, 4, "x1", claimOf(logOf(["a", "y", "x0"], "two"), "ada", "x0"));
  expect(log.found().forks).toEqual([]);
});

test("[CR34] what is longer ago than is kept, and a log that did not begin here, is not compared", () => {
  const log = logOf(["a"]);
  const old = claimOf(logOf(["x"]));
  const places = cryptoLimits.viewPlacesMax;
  for (let seq = 2; seq <= places + 2; seq += 1) take(log, seq, `h${seq}`);
  expect([log.chainAt(1), log.chainAt(2) === undefined]).toEqual([undefined, false]);
  take(log, places + 3, "late", old);
  expect(log.found().forks).toEqual([]);
  const trimmed = fresh();
  take(trimmed, 7, "g");
  expect([trimmed.view(), trimmed.chainAt(7), trimmed.save()])
    .toEqual([undefined, undefined, undefined]);
  take(trimmed, 8, "h", claimOf(logOf(["a", "b"])));
  expect(trimmed.found().forks).toEqual([]);
  const unnamed = new LogViews(undefined, undefined, noForks);
  take(unnamed, 1, "a");
  expect(unnamed.view()).toBeUndefined();
});

test("[CR35] an ephemeral ahead is compared when the log is there, the first of each device", () => {
  const log = logOf(["a"]);
  log.hear(claimOf(logOf(["a", "b"]), "ada"), 1);
  log.hear(claimOf(logOf(["a", "x"]), "bob"), 1);
  log.hear(claimOf(logOf(["a", "b", "c"]), "bob"), 1);
  log.hear(claimOf(logOf(["z"], "two"), "cy"), 1);
  expect(log.found().forks).toEqual([]);
  take(log, 2, "b");
  expect(log.found().forks).toMatchObject([{ device: "bob", seq: 2 }]);
  log.hear(claimOf(logOf(["z"]), "dan"), 2);
  expect(log.found().forks[1]).toMatchObject({ device: "dan", agreedSeq: 0, seq: 1 });
});

test("[CR36] the first fork with a device is kept, as many devices as there are places", () => {
  const log = logOf(["a", "b"]);
  for (let at = 0; at < cryptoLimits.forksMax + 5; at += 1) {
    log.hear(claimOf(logOf(["x"]), `d${at}`), at);
    log.hear(claimOf(logOf(["x", "y"]), `d${at}`), at);
  }
  expect(log.found().forks.map(({ device, seq }) => `${device} ${seq}`))
    .toEqual(Array.from({ length: cryptoLimits.forksMax }, (_, at) => `d${at} 1`));
});

test("[CR40] who was there first keeps its place, however many are minted; the rest is counted", () => {
  const log = logOf([]);
  for (const [at, device] of ["noor", "sam"].entries()) {
    take(log, at + 1, `h${at + 1}`, claimOf(log, device));
  }
  const { forksMax, otherForksMax } = cryptoLimits;
  const minted = Array.from({ length: forksMax + otherForksMax + 9 }, (_, at) => `m${at}`);
  for (const [at, device] of minted.entries()) {
    take(log, at + 3, `h${at + 3}`, claimOf(logOf(["x"]), device));
  }
  expect(log.found().others.length).toBe(otherForksMax);
  const full = log.found();
  log.hear(claimOf(logOf(["x"]), "new"), 1); // One more of those: nothing new to tell.
  expect(log.found()).toBe(full);
  const ninth = claimOf(logOf(["x"], "ninth"), "m0");
  take(log, minted.length + 3, "z", { ...ninth, view: { ...ninth.view, seq: 500 } });
  for (const device of ["sam", "noor"]) log.hear(claimOf(logOf(["x"]), device), 1);
  const devices = log.found().forks.map(({ device }) => device);
  expect(devices).toEqual([...minted.slice(0, forksMax - 2), "sam", "noor"]);
  const saved = log.save();
  expect(saved?.spoke?.slice(0, 3)).toEqual(["noor", "sam", "m0"]);
  const resumed = new LogViews(EPOCH, saved, log.found());
  resumed.hear(claimOf(logOf(["x", "y"]), "late"), 1);
  expect(resumed.found().forks).toEqual(log.found().forks);
});

test("[CR40] a device takes no second place while another has none", () => {
  const log = logOf(["a"]);
  take(log, 2, "h", claimOf(log, "noor"));
  take(log, 3, "y", { ...claimOf(log, "own"), prev: "a" });
  const { forksMax } = cryptoLimits;
  const others = Array.from({ length: forksMax - 2 }, (_, at) => `d${at}`);
  for (const device of others) log.hear(claimOf(logOf(["x"]), device), 1);
  // One device in two more epochs, each answering this one: a fork each (CR33).
  for (const [at, epoch] of ["two", "three"].entries()) {
    const other = claimOf(logOf(["x"], epoch), "noor", "y");
    take(log, 4 + 3 * at, `n${epoch}`, other);
    take(log, 5 + 3 * at, `o${epoch}`, { ...claimOf(log, "own"), prev: `n${epoch}` });
    take(log, 6 + 3 * at, `p${epoch}`, { ...other, prev: `o${epoch}` });
  }
  expect(log.found().forks.map(({ device }) => device)).toEqual([...others, "noor", "noor"]);
  log.hear(claimOf(logOf(["x"]), "last"), 1);
  expect(log.found().forks.map(({ device }) => device)).toEqual([...others, "noor", "last"]);
  expect(log.found().others).toEqual([]);
});

/** A log that `noor` spoke in after `forksMax` others that forked: so hers is not kept. */
function logFullOfForks(): { readonly log: LogViews; readonly devices: readonly string[] } {
  const log = logOf(["a", "b", "c"]);
  const devices = Array.from({ length: cryptoLimits.forksMax }, (_, at) => `d${at}`);
  for (const [at, device] of [...devices, "noor"].entries()) {
    take(log, at + 4, `h${at}`, claimOf(logOf(["a", "x"]), device));
  }
  return { log, devices };
}

test("[CR37] [CR40] a counted fork is withdrawn behind its place too, and not before", () => {
  const { log } = logFullOfForks();
  const [counted] = log.found().others;
  expect(log.found().others).toEqual([{ device: "noor", epochTag: counted?.epochTag, seq: 2 }]);
  log.hear(claimOf(logOf(["a"]), "noor"), 1);
  expect(log.found().others).toEqual([counted]);
  log.hear(claimOf(logOf(["a", "b"]), "noor"), 1);
  expect(log.found().others).toEqual([]);
});

test("[CR40] a counted device that gets a place is not counted besides", () => {
  const { log, devices } = logFullOfForks();
  log.hear(claimOf(logOf(["a", "b", "c"]), "d0"), 1);
  log.hear(claimOf(logOf(["a", "b", "x"]), "noor"), 1);
  expect(log.found().forks.map(({ device }) => device)).toEqual([...devices.slice(1), "noor"]);
  expect(log.found().others).toEqual([]);
});

test("[CR37] a fork is withdrawn when its device holds the same log behind it, and not before", () => {
  const log = logOf(["a", "b", "c"]);
  take(log, 4, "d", claimOf(logOf(["a", "x", "c"])));
  take(log, 5, "e", claimOf(logOf(["a", "b"])));
  take(log, 6, "f", claimOf(logOf(["a", "b", "c", "d"]), "bob"));
  expect(log.found().forks).toMatchObject([{ device: "ada", seq: 3 }]);
  take(log, 7, "g", claimOf(logOf(["a", "b", "c"])));
  expect(log.found().forks).toEqual([]);
});

test("[CR17] [CR36] what was saved goes on as if nothing had stopped; another epoch keeps the forks", () => {
  const ops = fc.array(fc.record({ other: fc.boolean(), ahead: fc.nat(3), back: fc.nat(5) }), {
    maxLength: 40,
  });
  fc.assert(fc.property(ops, (steps) => {
    const [steady, theirs] = [fresh(), fresh()];
    let resumed = fresh();
    for (const [at, { other, back }] of steps.entries()) {
      const seq = at + 1;
      const place = Math.max(0, at - back);
      const chain = theirs.chainAt(place) ?? "";
      const epochTag = steady.view()?.epochTag ?? "";
      const claim = { device: `d${back}`, view: { epochTag, seq: place, chain }, prev: "" };
      const saved = resumed.save();
      resumed = new LogViews(EPOCH, saved, resumed.found());
      for (const log of [steady, resumed]) take(log, seq, `h${seq}`, claim);
      take(theirs, seq, other ? `o${seq}` : `h${seq}`);
      expect(resumed.save()).toEqual(steady.save());
      expect(resumed.found().forks).toEqual(steady.found().forks);
    }
    const next = new LogViews("epoch-two", undefined, resumed.found());
    expect(next.found().forks).toEqual(steady.found().forks);
    expect(new LogViews("epoch-two", resumed.save(), noForks).view()).toBeUndefined();
  }));
});
