/**
 * What the log of this device and of others held, so that a relay which shows them different logs
 * is found out: each entry and ephemeral says, sealed, how far its author's log went and the hash
 * chain up to there; whoever opens it compares that with the own chain at the same place.
 *
 * chain(0) is the hash of the relay's epoch, chain(n) that of chain(n - 1) and of the content hash
 * of entry n. Within one epoch honest logs have one order, so equal places have equal chains. What
 * was sealed in an earlier epoch and offered again (healing) tells nothing of this one.
 *
 * Owns the chain, the comparisons and what they found. Does not own entries or their order.
 *
 * Rules (shared/SPEC.md, section CR):
 *   CR32  An author whose log, in this epoch, held something else at a place that is still known
 *         here is a fork of the history; so is one that claims more than the log can have held.
 *   CR33  An author that stays in another epoch and answers what was sealed in this one is a fork:
 *         an epoch that is over hears nothing new.
 *   CR34  What cannot be compared is no fork: another epoch, a place longer ago than is kept, a log
 *         that did not begin here.
 *   CR35  What an ephemeral claims ahead of this log is compared once the log is there.
 *   CR36  The first fork with a device is kept, `forksMax` in all, over reloads and epochs.
 *   CR40  Where there are more, those with the devices that spoke here first are kept, one of each
 *         device before a second of any; the devices of the others are counted.
 *   CR37  It is withdrawn when the device is found to hold this very log behind the place of the
 *         fork: a relay that lost what it had acknowledged, and its epoch with it, brings back
 *         entries whose claims were true.
 */

import { sha256Hex } from "../base/stable-key.ts";
import { cryptoLimits } from "./limits.ts";

/** How far a log went when something was sealed, and the chain up to there. */
export interface LogView {
  /** 8 hex characters of the hash of the relay's epoch. */
  readonly epochTag: string;
  readonly seq: number;
  /** 32 hex characters. */
  readonly chain: string;
}

/** That a device's log was another than this one. */
export interface HistoryFork {
  readonly device: string;
  readonly epochTag: string;
  /** The newest place where both were known to be the same; 0 for none. */
  readonly agreedSeq: number;
  /** The place where they were known to differ. */
  readonly seq: number;
  /** RoomMs of the entry that told it. */
  readonly at: number;
  /** Chains there; `mine` is empty where this log has no such place or epoch. */
  readonly mine: string;
  readonly theirs: string;
}

/** What is known of one that is not kept: so much that it can be withdrawn (CR37). */
export type OtherFork = Pick<HistoryFork, "device" | "epochTag" | "seq">;

interface Place {
  /** Content hash of the entry. */
  readonly hash: string;
  readonly chain: string;
  /** The epoch that its author claimed; empty for none. */
  readonly claimed: string;
}

interface Claim {
  readonly device: string;
  readonly view: LogView;
}

/** At rest. */
export interface SavedViews {
  readonly epochTag: string;
  readonly seq: number;
  readonly base: string;
  readonly places: readonly (readonly [hash: string, chain: string, claimed: string])[];
  readonly agreed: readonly (readonly [device: string, seq: number])[];
  /** Devices in the order in which they first spoke; none in a state of before CR40. */
  readonly spoke?: readonly string[] | undefined;
}

/** What comparing found; another object whenever it changes. */
export interface FoundForks {
  readonly forks: readonly HistoryFork[];
  /** One fork of each device that has none above (CR40); at `otherForksMax` there may be more. */
  readonly others: readonly OtherFork[];
}

export const noForks: FoundForks = Object.freeze({ forks: [], others: [] });

export class LogViews {
  #epochTag: string;
  #seq: number;
  /** Before the oldest place that is kept. */
  #base: string;
  readonly #places: Place[];
  readonly #agreed: Map<string, number>;
  /** Of ephemerals, the first of each device that is ahead of this log (CR35). */
  readonly #ahead = new Map<string, LogView>();
  #found: FoundForks;
  /** In the order in which they first spoke. */
  readonly #spoke: Set<string>;
  /** False for a log that did not begin here (CR34). */
  #isKnown: boolean;

  /** `epoch` undefined goes on in the one that was saved; none at all compares nothing. */
  constructor(
    epoch: string | undefined,
    saved: SavedViews | undefined,
    found: FoundForks,
  ) {
    const tag = epoch === undefined ? undefined : tagOf(epoch);
    this.#found = found;
    this.#spoke = new Set(saved?.spoke);
    this.#isKnown = saved === undefined ? tag !== undefined : tag === undefined ||
      saved.epochTag === tag;
    this.#epochTag = saved?.epochTag ?? tag ?? "";
    this.#seq = saved?.seq ?? 0;
    this.#base = saved?.base ?? chainStart(epoch ?? "");
    this.#places = (saved?.places ?? []).map(([hash, chain, claimed]) => ({
      hash,
      chain,
      claimed,
    }));
    this.#agreed = new Map(saved?.agreed);
  }

  found(): FoundForks {
    return this.#found;
  }

  /** What this device says with what it seals; undefined where it cannot say. */
  view(): LogView | undefined {
    const chain = this.chainAt(this.#seq);
    return chain === undefined ? undefined : { epochTag: this.#epochTag, seq: this.#seq, chain };
  }

  /** Undefined for a place that is not known, or no more. */
  chainAt(seq: number): string | undefined {
    const before = this.#seq - this.#places.length;
    if (!this.#isKnown || seq < before || seq > this.#seq) return undefined;
    return seq === before ? this.#base : this.#places[seq - before - 1]?.chain;
  }

  /** The entry at `seq` was opened; `claim` undefined when it makes none. */
  take(entry: { readonly seq: number; readonly ts: number; readonly hash: string }, claim?: {
    readonly device: string;
    readonly view: LogView;
    /** Content hash of the newest entry that its author had seen. */
    readonly prev: string;
  }): void {
    if (entry.seq !== this.#seq + 1) this.#isKnown = false;
    if (!this.#isKnown) return;
    if (claim !== undefined) {
      if (this.#spoke.size < cryptoLimits.devicesMax) this.#spoke.add(claim.device);
      this.#judge(claim, claim.prev, entry.ts);
    }
    const chain = nextChain(this.#places.at(-1)?.chain ?? this.#base, entry.hash);
    this.#places.push({ hash: entry.hash, chain, claimed: claim?.view.epochTag ?? "" });
    this.#seq = entry.seq;
    if (this.#places.length > cryptoLimits.viewPlacesMax) {
      this.#base = this.#places.shift()?.chain ?? this.#base;
    }
    for (const [device, view] of this.#ahead) {
      if (view.seq > this.#seq) continue;
      this.#ahead.delete(device);
      this.#compare({ device, view }, entry.ts); // CR35
    }
  }

  /** What an ephemeral claims, received behind the newest entry. */
  hear(claim: Claim, at: number): void {
    if (!this.#isKnown || claim.view.epochTag !== this.#epochTag) return; // CR34
    if (claim.view.seq <= this.#seq) return this.#compare(claim, at);
    const isFull = this.#ahead.size >= cryptoLimits.devicesMax;
    if (!isFull && !this.#ahead.has(claim.device)) this.#ahead.set(claim.device, claim.view);
  }

  save(): SavedViews | undefined {
    if (!this.#isKnown) return undefined;
    return {
      epochTag: this.#epochTag,
      seq: this.#seq,
      base: this.#base,
      places: this.#places.map(({ hash, chain, claimed }) => [hash, chain, claimed]),
      agreed: [...this.#agreed],
      spoke: [...this.#spoke],
    };
  }

  #judge(claim: Claim, prev: string, at: number): void {
    const { view } = claim;
    if (view.epochTag !== this.#epochTag) {
      if (this.#answersThisEpoch(view.epochTag, prev)) this.#fork(claim, at, ""); // CR33
      return;
    }
    if (view.seq > this.#seq) return this.#fork(claim, at, ""); // CR32
    this.#compare(claim, at);
  }

  #compare(claim: Claim, at: number): void {
    const mine = this.chainAt(claim.view.seq);
    if (mine === undefined) return; // CR34
    if (mine !== claim.view.chain) return this.#fork(claim, at, mine); // CR32
    this.#withdraw(claim);
    const agreed = Math.max(this.#agreed.get(claim.device) ?? 0, claim.view.seq);
    this.#agreed.delete(claim.device);
    this.#agreed.set(claim.device, agreed);
    const [oldest] = this.#agreed.keys();
    if (this.#agreed.size > cryptoLimits.devicesMax && oldest !== undefined) {
      this.#agreed.delete(oldest);
    }
  }

  /**
   * `prev` was sealed in this epoch, and an entry before it already claimed the other one: so the
   * two went on side by side.
   */
  #answersThisEpoch(otherTag: string, prev: string): boolean {
    const cited = this.#places.findLastIndex(({ hash }) => hash === prev);
    if (this.#places[cited]?.claimed !== this.#epochTag) return false;
    return this.#places.slice(0, cited).some(({ claimed }) => claimed === otherTag);
  }

  #withdraw({ device, view }: Claim): void {
    const stays = (one: OtherFork): boolean =>
      one.device !== device || one.epochTag !== view.epochTag || one.seq > view.seq;
    const { forks, others } = this.#found;
    if (forks.every(stays) && others.every(stays)) return;
    this.#found = { forks: forks.filter(stays), others: others.filter(stays) }; // CR37
  }

  #fork({ device, view }: Claim, at: number, mine: string): void {
    const { forks, others } = this.#found;
    if (forks.some((one) => one.device === device && one.epochTag === view.epochTag)) return;
    const agreedSeq = this.#agreed.get(device) ?? 0;
    const { seq, epochTag, chain: theirs } = view;
    const all = [...forks, { device, epochTag, agreedSeq, seq, at, mine, theirs }]; // CR36
    const left = all.length > cryptoLimits.forksMax ? this.#leastOf(all) : undefined;
    const kept = all.filter((one) => one !== left);
    // Who has a place now is not counted besides.
    const rest = others.filter((other) => kept.every((one) => one.device !== other.device));
    const isCounted = left === undefined || rest.length >= cryptoLimits.otherForksMax ||
      [...kept, ...rest].some((one) => one.device === left.device);
    if (left === all.at(-1) && isCounted) return; // Nothing new to tell.
    this.#found = { forks: kept, others: isCounted ? rest : [...rest, otherOf(left)] };
  }

  /** CR40: a device that was minted for it spoke after those that were there. */
  #leastOf(forks: readonly HistoryFork[]): HistoryFork | undefined {
    const spoke = [...this.#spoke];
    const rankOf = ({ device }: HistoryFork, at: number): number => {
      const place = spoke.indexOf(device);
      const isSecond = forks.findIndex((one) => one.device === device) < at;
      return isSecond ? Infinity : place < 0 ? cryptoLimits.devicesMax : place;
    };
    const ranks = forks.map(rankOf);
    return forks[ranks.lastIndexOf(Math.max(...ranks))];
  }
}

const otherOf = ({ device, epochTag, seq }: OtherFork): OtherFork => ({ device, epochTag, seq });
const tagOf = (epoch: string): string => sha256Hex(`epoch|${epoch}`).slice(0, 8);
const chainStart = (epoch: string): string => sha256Hex(`conclave-log/1|${epoch}`).slice(0, 32);
const nextChain = (chain: string, hash: string): string =>
  sha256Hex(`${chain}|${hash}`).slice(0, 32);
