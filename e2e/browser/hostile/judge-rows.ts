/** What a page shows of the log, judged inside the page: these functions are sent there whole. */

export interface JudgedRow {
  readonly shown: string;
  readonly links: number;
  /** What it must not have; empty for every good row. */
  readonly faults: readonly string[];
}

/**
 * Goes through the log from its top until `count` messages are judged, each once and in order, or
 * no further one comes. Runs in the page; names nothing outside itself.
 */
export async function judgeRows(count: number): Promise<readonly JudgedRow[]> {
  const ELEMENTS = "script, style, link, meta, base, img, picture, iframe, frame, object, embed, " +
    "form, input, textarea, select, video, audio, template, dialog, math, canvas, slot, " +
    "svg:not(button svg)";
  const SLACK_PX = 1;
  const log = document.querySelector<HTMLElement>('[role="log"]');
  if (log === null) throw new Error("There is no log");
  const judged: JudgedRow[] = [];

  const wordsOf = (box: Element): string => {
    const walker = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
    let words = "";
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      // What the app adds: a link's host.
      if (!node.parentElement?.closest(".out-host")) words += node.nodeValue ?? "";
    }
    return words;
  };
  const linkFaults = (box: Element): readonly string[] =>
    [...box.querySelectorAll("a")].flatMap((link) => {
      const { protocol, username, password, host, pathname } = new URL(link.href);
      const target = protocol === "mailto:" ? pathname : host;
      const isPlain = link.getAttributeNames().toSorted().join() === "href,rel,target";
      const beside = link.parentElement?.querySelector(".out-host")?.textContent;
      return [
        ...(["http:", "https:", "mailto:"].includes(protocol) ? [] : [`leads to ${link.href}`]),
        ...(username + password === "" ? [] : ["names a user"]),
        ...(link.target === "_blank" && link.relList.contains("noopener") ? [] : ["opens here"]),
        ...(isPlain ? [] : [`has ${link.getAttributeNames().join()}`]),
        ...(beside === target ? [] : [`shows ${beside} for ${target}`]),
      ];
    });
  /** Boxes of all text and elements that no scroller of their own holds. */
  const boxesOf = (box: Element): readonly DOMRect[] => {
    const scrolled = new Map<Element, boolean>();
    const isScrolled = (element: Element): boolean => {
      const known = scrolled.get(element);
      if (known !== undefined) return known;
      const parent = element.parentElement;
      const is = element !== box && (/auto|scroll/.test(getComputedStyle(element).overflowX) ||
        (parent !== null && isScrolled(parent)));
      scrolled.set(element, is);
      return is;
    };
    const walker = document.createTreeWalker(box, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
    const boxes: DOMRect[] = [];
    const range = document.createRange();
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const parent = node.parentElement;
      if (parent !== null && parent !== box && isScrolled(parent)) continue;
      if (node instanceof Element) boxes.push(...node.getClientRects());
      else {
        range.selectNode(node);
        boxes.push(...range.getClientRects());
      }
    }
    return boxes;
  };
  const layoutFaults = (box: Element, bubble: DOMRect): readonly string[] => {
    const out = boxesOf(box).find((each) =>
      each.width > 0 && each.height > 0 &&
      (each.left < bubble.left - SLACK_PX || each.right > bubble.right + SLACK_PX ||
        each.top < bubble.top - SLACK_PX || each.bottom > bubble.bottom + SLACK_PX)
    );
    if (out === undefined) return [];
    const words = [out.left - bubble.left, bubble.right - out.right, out.top - bubble.top];
    return [`leaves its bubble: ${[...words, bubble.bottom - out.bottom].map(Math.round).join()}`];
  };
  const judge = (article: Element): JudgedRow => {
    const box = article.querySelector(".text");
    const bubble = article.querySelector(".msg-main")?.getBoundingClientRect();
    if (box === null || bubble === undefined) {
      return { shown: "", links: 0, faults: ["has no text"] };
    }
    const made = box.querySelectorAll(ELEMENTS);
    const handlers = [...box.querySelectorAll("*")].flatMap((each) =>
      each.getAttributeNames().filter((name) => /^on|^style$|^srcdoc$|^name$/.test(name))
    );
    return {
      shown: wordsOf(box),
      links: box.querySelectorAll("a").length,
      faults: [
        ...[...made].map(({ tagName }) => `made ${tagName}`),
        ...handlers.map((name) => `has ${name}`),
        ...linkFaults(box),
        ...layoutFaults(box, bubble),
      ],
    };
  };

  let next = 0;
  for (let idleFrames = 0; judged.length < count && idleFrames < 100; idleFrames += 1) {
    const rows = [...log.querySelectorAll<HTMLElement>(".row")];
    const first = Number(rows.at(0)?.dataset["index"]);
    for (const row of first > next ? [] : rows.slice(next - first)) {
      const article = row.querySelector("article");
      if (article !== null) judged.push(judge(article));
      next += 1;
      idleFrames = 0;
    }
    const last = rows.at(-1)?.getBoundingClientRect().bottom ?? 0;
    if (first > next) log.scrollTop = 0;
    else log.scrollTop += last - log.getBoundingClientRect().top - 10;
    await new Promise((done) => requestAnimationFrame(done));
  }
  return judged.slice(0, count);
}

/** Which of them are, with their classes. Runs in the page. */
export function widerBoxes(): readonly string[] {
  const boxes = [
    document.documentElement,
    ...document.querySelectorAll('[role="log"], main, aside, nav, .side, .modal, dialog'),
  ];
  return boxes.flatMap((box) => {
    const px = box.scrollWidth - box.clientWidth;
    if (px <= 0) return [];
    const right = box.getBoundingClientRect().right;
    const out = [...box.querySelectorAll("*")].findLast((each) =>
      each.getBoundingClientRect().right > right + 1 && each.clientWidth > 0
    );
    return [`${box.tagName}.${box.className} by ${px}: ${out?.className} ${out?.textContent}`];
  });
}

/** How much wider than itself the page or one of its boxes is, pixels. Runs in the page. */
export function overflowPx(): number {
  const boxes = [
    document.documentElement,
    ...document.querySelectorAll('[role="log"], main, aside, nav, header, .side, .modal, dialog'),
  ];
  return Math.max(...boxes.map((box) => box.scrollWidth - box.clientWidth));
}
