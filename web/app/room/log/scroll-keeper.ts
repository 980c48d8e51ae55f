/**
 * Keeps the reader's place in a windowed log.
 *
 * Owns the measured heights and the anchor: either the bottom ("following"), or one row and how far
 * it stands from the top edge. After every layout the anchor is put back where the reader saw it,
 * so that rows above may change their height, arrive or go without the text moving under the eyes.
 * Does not own which rows exist, nor their drawing.
 */

import { findRange, layTops, rowAt, type WindowRange } from "./window-range.ts";

/** Nearer than this to the end counts as the end: half a line of text. */
const END_PX = 16;

export interface SavedPlace {
  readonly key: string;
  readonly offset: number;
}

export class ScrollKeeper {
  #keys: readonly string[] = [];
  #heights = new Map<string, number>();
  #tops: Float64Array = layTops([], this.#heights);
  #anchor: SavedPlace | undefined;
  /** The row behind the anchor, should that go: a day's line does when older rows come. */
  #spare: SavedPlace | undefined;
  #following = true;
  #wasAtEnd = false;
  #lastTop = 0;
  #width = 0;

  /** True while the newest row is kept in sight. */
  get following(): boolean {
    return this.#following;
  }

  /** True when the newest row was in sight when it was last looked. */
  get wasAtEnd(): boolean {
    return this.#following && this.#wasAtEnd;
  }

  get height(): number {
    return this.#tops.at(-1) ?? 0;
  }

  setRows(keys: readonly string[]): void {
    if (keys === this.#keys) return;
    this.#keys = keys;
    this.#tops = layTops(keys, this.#heights);
  }

  topOf(index: number): number {
    return this.#tops[index] ?? 0;
  }

  /** Which rows to draw: round the end when following, else round where the reader is. */
  range(scroller: HTMLElement | null): WindowRange {
    const viewHeight = scroller?.clientHeight ?? 800;
    const top = this.#following || scroller === null
      ? this.height - viewHeight
      : this.#anchorTop() ?? scroller.scrollTop;
    return findRange(this.#tops, top, viewHeight);
  }

  /** Reads the heights of the drawn rows; true when any differs from what was laid out. */
  measure(rows: Iterable<HTMLElement>, width: number): boolean {
    if (width !== this.#width) {
      // Text wraps anew in another width: old heights stay as guesses until rows are drawn again.
      this.#width = width;
    }
    let changed = false;
    for (const row of rows) {
      const key = row.dataset["key"];
      if (key === undefined) continue;
      const height = row.getBoundingClientRect().height;
      const known = this.#heights.get(key);
      if (known !== undefined && Math.abs(known - height) < 0.5) continue;
      this.#heights.set(key, height);
      changed = true;
    }
    if (changed) this.#tops = layTops(this.#keys, this.#heights);
    return changed;
  }

  /** Puts the anchor back where the reader saw it. Call after every layout. */
  restore(scroller: HTMLElement): void {
    if (this.#following) {
      scroller.scrollTop = scroller.scrollHeight;
    } else {
      const top = this.#anchorTop();
      if (top !== undefined && Math.abs(top - scroller.scrollTop) >= 1) scroller.scrollTop = top;
    }
    this.#lastTop = scroller.scrollTop;
    this.#wasAtEnd = this.#following;
  }

  /** The reader (or restore) scrolled: learn the new anchor. */
  readScroll(scroller: HTMLElement): void {
    const { scrollTop, clientHeight, scrollHeight } = scroller;
    const atEnd = scrollHeight - scrollTop - clientHeight <= END_PX;
    // Only a move upwards leaves the end; text that grows below must not.
    if (atEnd) this.#following = true;
    else if (scrollTop < this.#lastTop - 1) this.#following = false;
    this.#lastTop = scrollTop;
    const index = rowAt(this.#tops, scrollTop);
    this.#anchor = this.#placeOf(index, scrollTop);
    this.#spare = this.#placeOf(index + 1, scrollTop);
  }

  follow(): void {
    this.#wasAtEnd = false;
    this.#following = true;
  }

  /** What to store so that a reload finds the same place; undefined at the end of the log. */
  save(): SavedPlace | undefined {
    return this.#following ? undefined : this.#anchor;
  }

  /** Goes to a stored place if its row is there, and says whether it is. */
  load(place: SavedPlace): boolean {
    if (!this.#keys.includes(place.key)) return false;
    this.#anchor = place;
    this.#spare = undefined;
    this.#following = false;
    return true;
  }

  /** Brings row `index` into sight at the top third. */
  reveal(index: number): void {
    const key = this.#keys[index];
    if (key === undefined) return;
    this.#following = false;
    this.#anchor = { key, offset: 80 };
    this.#spare = undefined;
  }

  #placeOf(index: number, scrollTop: number): SavedPlace | undefined {
    const key = this.#keys[index];
    return key === undefined ? undefined : { key, offset: this.topOf(index) - scrollTop };
  }

  #anchorTop(): number | undefined {
    for (const place of [this.#anchor, this.#spare]) {
      const index = place === undefined ? -1 : this.#keys.indexOf(place.key);
      if (place !== undefined && index >= 0) return this.topOf(index) - place.offset;
    }
    return undefined;
  }
}
