/**
 * What the dialog of a persona shows of a card that was just read, judged inside the page: sent
 * there whole, it names nothing outside itself. Empty for a good one.
 */
export function judgeCard(): readonly string[] {
  const SLACK_PX = 1;
  const TURNS = /[\u202A-\u202E\u2066-\u2069]/;
  const MADE = "script, style, link, meta, base, img, iframe, object, embed, math, video, audio, " +
    "svg:not(button svg, .select svg)";
  const dialog = document.querySelector("dialog");
  const body = dialog?.querySelector(".modal-body");
  if (dialog === null || body === null || body === undefined) return ["has no dialog"];
  const faults = [...dialog.querySelectorAll(MADE)].map(({ tagName }) => `made ${tagName}`);
  for (const element of dialog.querySelectorAll("*")) {
    const names = element.getAttributeNames();
    faults.push(...names.filter((name) => /^on|^srcdoc$/.test(name)).map((name) => `has ${name}`));
    for (const name of ["aria-label", "title", "placeholder"]) {
      if (TURNS.test(element.getAttribute(name) ?? "")) faults.push(`turns in ${name}`);
    }
  }
  const wide = [dialog, body, document.documentElement].map((box) =>
    box.scrollWidth - box.clientWidth
  );
  if (Math.max(...wide) > 0) faults.push(`is wider by ${wide.join()}`);
  const { left, right } = body.getBoundingClientRect();
  const walker = document.createTreeWalker(body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (parent === null || parent.closest("textarea, option, .sr-only") !== null) continue;
    const text = node.nodeValue ?? "";
    if (TURNS.test(text)) faults.push(`turns: ${text.slice(0, 30)}`);
    range.selectNodeContents(node);
    const box = range.getBoundingClientRect();
    if (box.width > 0 && (box.left < left - SLACK_PX || box.right > right + SLACK_PX)) {
      faults.push(`leaves its box: ${text.slice(0, 30)}`);
    }
  }
  return [...new Set(faults)];
}
