/**
 * Binary min-heap (Williams 1964): the smallest item first, in log n.
 *
 * Owns the order of its items by `compare`, which must not change while they are in it.
 */

export interface Heap<T> {
  readonly size: number;
  /** The smallest item; undefined when empty. */
  peek(): T | undefined;
  push(item: T): void;
  /** Takes the smallest item out; undefined when empty. */
  pop(): T | undefined;
}

export function createHeap<T>(compare: (a: T, b: T) => number): Heap<T> {
  const items: T[] = [];
  const isBefore = (a: number, b: number): boolean => compare(items[a] as T, items[b] as T) < 0;
  const swap = (a: number, b: number): void => {
    [items[a], items[b]] = [items[b] as T, items[a] as T];
  };
  return {
    get size() {
      return items.length;
    },
    peek: () => items[0],
    push(item) {
      let at = items.push(item) - 1;
      for (let up = (at - 1) >> 1; at > 0 && isBefore(at, up); up = (at - 1) >> 1) {
        swap(at, up);
        at = up;
      }
    },
    pop() {
      const top = items[0];
      const last = items.pop();
      if (items.length === 0 || last === undefined) return top;
      items[0] = last;
      for (let at = 0;;) {
        const left = 2 * at + 1;
        let least = at;
        if (left < items.length && isBefore(left, least)) least = left;
        if (left + 1 < items.length && isBefore(left + 1, least)) least = left + 1;
        if (least === at) return top;
        swap(at, least);
        at = least;
      }
    },
  };
}
