/**
 * The parts of the page that F6 goes round, as they stand: rail, the room's head, conversation,
 * message box, side, notices. Owns where the focus was last in each.
 *
 * Rules (shared/SPEC.md, section SY):
 *   SY234 F6 and Shift+F6 go round the parts of the page that are there, to where the focus was
 *         last in each.
 */

const FOCUSABLE =
  "a[href], button:not(:disabled), textarea, input:not(:disabled):not([hidden]), select, summary";

interface PagePart {
  readonly selector: string;
  /** What of it should have the focus first. */
  readonly first: string;
}

/** In the order of reading. A screen without a log is one part as a whole. */
const PARTS: readonly PagePart[] = [
  { selector: ".rail", first: "[aria-current=page]" },
  { selector: ".room-head", first: "button" },
  { selector: "[role=log]", first: ":scope" },
  { selector: "main:not(:has([role=log])):not(:has(.room-foot))", first: ":scope" },
  { selector: ".log-empty", first: "button" },
  { selector: ".room-foot", first: "textarea" },
  { selector: ".side", first: FOCUSABLE },
  { selector: ".notices", first: FOCUSABLE },
];

export interface PageParts {
  /** Remembers `element` as the last in its part. */
  visit(element: HTMLElement): void;
  /** Gives the focus to the next or previous part; false where there is no other. */
  go(by: 1 | -1): boolean;
}

export function createPageParts(): PageParts {
  const lastIn = new Map<PagePart, HTMLElement>();
  return {
    visit(element) {
      const part = PARTS.find(({ selector }) => element.closest(selector) !== null);
      if (part !== undefined) lastIn.set(part, element);
    },
    go(by) {
      const there = PARTS.flatMap((part) => {
        const box = document.querySelector<HTMLElement>(part.selector);
        const goal = box === null ? undefined : goalIn(box, part, lastIn.get(part));
        return box === null || goal === undefined ? [] : [{ box, goal }];
      });
      const here = there.findIndex(({ box }) => box.contains(document.activeElement));
      // From nowhere: forwards to the first, backwards to the last.
      const next = here === -1 ? (by === 1 ? 0 : there.length - 1) : here + by;
      const goal = there[(next + there.length) % there.length]?.goal;
      goal?.focus();
      return goal !== undefined && document.activeElement === goal;
    },
  };
}

function goalIn(
  box: HTMLElement,
  part: PagePart,
  last: HTMLElement | undefined,
): HTMLElement | undefined {
  const isThere = last !== undefined && last.isConnected && box.contains(last) && isShown(last);
  if (isThere) return last;
  if (part.first === ":scope") return box;
  const first = box.querySelector<HTMLElement>(part.first);
  if (first !== null && isShown(first)) return first;
  return [...box.querySelectorAll<HTMLElement>(FOCUSABLE)].find(isShown);
}

export function isShown(element: HTMLElement): boolean {
  return element.checkVisibility({ visibilityProperty: true }) && !element.matches(":disabled");
}
