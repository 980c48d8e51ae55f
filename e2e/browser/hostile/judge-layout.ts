/** What is wrong with a screen as it is laid out, judged inside the page: sent there whole. */

/**
 * Boxes wider than what shows them, words that are cut and controls that something else covers, in
 * the open dialog or else the whole page.
 */
export function judgeLayout(): readonly string[] {
  const SLACK_PX = 1;
  const faults = new Set<string>();
  const nameOf = (element: Element): string => {
    const own = element.getAttribute("aria-label") ?? element.textContent ?? "";
    return `${element.tagName.toLowerCase()}.${element.getAttribute("class") ?? ""} "${
      own.trim().slice(0, 30)
    }"`;
  };
  const open = [...document.querySelectorAll("dialog[open]")].at(-1);
  const root = open ?? document.body;

  const boxes = [document.documentElement, ...root.querySelectorAll("main, aside, nav, header")];
  boxes.push(...root.querySelectorAll('[role="log"], .side, .modal, .modal-body, form'), root);
  for (const box of boxes) {
    const px = box.scrollWidth - box.clientWidth;
    if (px > 0 && box.clientWidth > 0 && getComputedStyle(box).overflowX !== "visible") {
      faults.add(`${nameOf(box)} is wider by ${px}`);
    }
  }
  const isShown = (element: Element): boolean =>
    element.checkVisibility({ visibilityProperty: true, opacityProperty: true });

  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const words = node.nodeValue?.trim() ?? "";
    const box = node.parentElement;
    if (words === "" || box === null || !isShown(box)) continue;
    if (box.closest(".sr-only, option, textarea") !== null) continue;
    range.selectNodeContents(node);
    const text = range.getBoundingClientRect();
    if (text.width === 0) continue;
    for (let each: Element | null = box; each !== null; each = each.parentElement) {
      const { overflowX, display, textOverflow, position } = getComputedStyle(each);
      const isEnd = each === document.documentElement;
      // Names and last lines of others may end in dots: the whole stands elsewhere.
      if (/auto|scroll/.test(overflowX) && !isEnd) break;
      if (
        textOverflow === "ellipsis" &&
        each.closest('[dir="auto"], bdi, .room-sub, .composer-hint') !== null
      ) {
        break;
      }
      const shown = each.getBoundingClientRect();
      if (overflowX !== "visible" && display !== "inline" && shown.width <= 1) break;
      const isClip = isEnd || (overflowX !== "visible" && display !== "inline");
      if (isClip && (text.right > shown.right + SLACK_PX || text.left < shown.left - SLACK_PX)) {
        faults.add(`${nameOf(each)} cuts "${words.slice(0, 40)}" of ${nameOf(box)}`);
        break;
      }
      if (position === "fixed") break;
    }
  }

  const controls = [...root.querySelectorAll(
    "button, a[href], input, select, textarea, summary, [role=tab], [role=slider]",
  )].filter((one) =>
    isShown(one) && one.closest(".skip") === null && one.getBoundingClientRect().width > 1
  );
  for (const control of controls) {
    control.scrollIntoView({ block: "center", inline: "nearest" });
    // A link may go over two lines.
    const rect = control.getClientRects()[0] ?? control.getBoundingClientRect();
    const { left, top, width, height } = rect;
    const [x, y] = [left + width / 2, top + height / 2];
    const hit = document.elementFromPoint(x, y);
    if (hit === null) {
      faults.add(`${nameOf(control)} is out of sight at ${Math.round(x)}, ${Math.round(y)}`);
    } else if (
      !control.contains(hit) && hit.closest("label")?.contains(control) !== true &&
      !hit.contains(control)
    ) {
      faults.add(`${nameOf(control)} is covered by ${nameOf(hit)}`);
    }
  }
  return [...faults];
}
