/**
 * What the starter model is asked and how a reply is judged. Pure: no files, no model, no clock.
 * Owns the drawing of held-out prompts from heldout.json by seed, the judges and the targets.
 * Limits: the judges read words, not sense.
 */
import { buildItem, KINDS } from "./prompts.mjs";

export const TARGETS = {
  ends: { least: 1 },
  "no loop": { least: 1 },
  "speaks as itself": { least: 1 },
  "recalls a told name": { least: 0.8 },
  "noun of the line": { least: 0.7 },
  "everyday noun of the line": { least: 0.7 },
  "passes for another": { least: 0.8 },
  "passes when meant": { most: 0.1 },
};

/** Items drawn by seed; about 45 % of those with a scored wording use one training never saw. */
export function buildItems(held, seed, count) {
  const random = mulberry(seed);
  const items = [];
  for (let i = 0; i < count; i++) {
    items.push({ id: i, ...buildItem(held, random, KINDS[i % KINDS.length]) });
  }
  return items;
}

/** The facts about one reply: each is true, false or absent (does not apply). */
export function judge(held, item, reply) {
  const text = reply.text.trim();
  const passed = text === "PASS";
  const facts = {
    ends: reply.ended,
    "no loop": !loops(text, reply.ids),
    "speaks as itself": !speaksAsAnother(item, text),
  };
  if (item.audience === "other") facts["passes for another"] = passed;
  else if (item.audience === "you") facts["passes when meant"] = passed;
  else facts["answers a line for all"] = !passed;
  if (item.audience === "other" || item.rate === "pass") return facts;
  const low = text.toLowerCase();
  const holds = (word) => low.includes(word.toLowerCase());
  if (item.must) facts[item.rate] = !passed && item.must.every(holds);
  if (item.either) facts[item.rate] = item.either.some(holds);
  if (item.stance) facts["likes and dislikes of its card"] = stanceOf(text) === item.stance;
  if (item.voice && !passed) facts["voice of the card"] = voiceOf(held.judge, text) === item.voice;
  return facts;
}

/** Rates over judged items, all and by seen or new wording. */
export function tally(judged) {
  const rates = {};
  const note = (name, good) => {
    const rate = rates[name] ??= { good: 0, all: 0 };
    rate.good += good ? 1 : 0;
    rate.all += 1;
  };
  for (const { item, facts } of judged) {
    for (const [name, good] of Object.entries(facts)) {
      note(name, good);
      const scored = name === item.rate || name.startsWith("passes") || name.startsWith("likes");
      if (scored) note(`${name}, ${item.wording} wording`, good);
      if (name === item.rate && item.detail) note(`${name}: ${item.detail}`, good);
    }
  }
  return rates;
}

/** Names of the missed targets. */
export function missed(rates) {
  return Object.entries(TARGETS).filter(([name, target]) => {
    const rate = rates[name];
    if (!rate) return true;
    const share = rate.good / rate.all;
    return share < (target.least ?? 0) || share > (target.most ?? 1);
  }).map(([name]) => name);
}

/** A loop: four words in a row that come again, or four tokens twice back to back. */
export function loops(text, ids) {
  const words = text.toLowerCase().match(/[\p{L}\p{N}']+/gu) ?? [];
  const fours = words.slice(3).map((_, i) => words.slice(i, i + 4).join(" "));
  if (new Set(fours).size < fours.length) return true;
  return ids.some((_, i) =>
    i + 8 <= ids.length && ids.slice(i, i + 4).join() === ids.slice(i + 4, i + 8).join()
  );
}

export function speaksAsAnother(item, text) {
  const everyone = [...item.others, ...item.people, item.persona];
  if (everyone.some((n) => text.startsWith(`${n}:`)) || /<\||\n/.test(text)) return true;
  const claim = /(?:\bI am|\bI'm|\bmy name is|\bcall me|^this is) ([A-Z][\w-]*)/gi;
  const claims = [...text.matchAll(claim)].map((m) => m[1].toLowerCase());
  const name = /^([A-Z][\w-]*) is my name/.exec(text)?.[1].toLowerCase();
  return [...item.others, ...item.people].some((n) => {
    const low = n.toLowerCase();
    return claims.includes(low) || name === low;
  });
}

export function voiceOf(table, text) {
  const words = new Set(text.toLowerCase().match(/[a-z]+/g) ?? []);
  let best = null;
  let most = 0;
  for (const [voice, weights] of Object.entries(table)) {
    let sum = 0;
    for (const word of words) sum += weights[word] ?? 0;
    if (sum > most) [best, most] = [voice, sum];
  }
  return best;
}

const NEITHER = new RegExp(
  "no fuss|no hurry|no silly|never worked|never had|never dropped" +
    "|no strong view|no result|no evidence|no entry|no setting|nothing against|do not know" +
    "|case closed",
  "g",
);
const NO = new RegExp(
  "\\b(no|nay|nope|not really|not so much|negative|never|alas|error|deletes" +
    "|poor|not for me|not me|disturbs?|i am afraid not)\\b|in guilty$|is in guilty",
);
const YES = new RegExp(
  "\\b(yes|yea|aye verily|aye i like|go(es)? way back|i do|affirmative" +
    "|of course|certainly|guilty|that i do|fond of|verily i|rate)\\b",
);

/** yes, no or meh, by the telling words of the phrase banks. */
export function stanceOf(text) {
  const low = text.toLowerCase().replace(/[^a-z ]/g, "").replace(NEITHER, " ");
  if (NO.test(low)) return "no";
  return YES.test(low) ? "yes" : "meh";
}

/** A small seeded generator of numbers in [0, 1). */
export function mulberry(seed) {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
