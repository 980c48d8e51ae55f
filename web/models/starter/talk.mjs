/**
 * Whole chats in which the model hears its own replies: Ada and Bo, and the lines people type
 * first. Owns the room script with its window; prints nothing.
 */

export const ADA = {
  name: "Ada",
  card: "a slow, gentle gardener who has time for everything. " +
    "Likes roses and warm soil. Dislikes hurry.",
};
export const BO = {
  name: "Bo",
  card: "a dreamy poet who sees small wonders. " +
    "Likes rain and old lanterns. Dislikes loud rooms.",
};

/** The prompt for one persona: the head, as many last lines as fit the window, the cue. */
export function layout(starter, { here, lines, persona, audience }, window = 300) {
  const head = `<|room|>Here: ${here}.\n`;
  let room = window - starter.encode(head).length;
  let first = lines.length;
  while (first > 0) {
    room -= starter.encode(lines[first - 1]).length;
    if (room < 0) break;
    first -= 1;
  }
  const script = head + lines.slice(first).join("");
  return `${script}<|cue|>${persona.name}: ${persona.card} | for ${audience}\n<|reply|>`;
}

/** Each line alone, said to `persona` in a room of Ada, Bo and one person. */
export async function firstLines(starter, persona, label, texts) {
  const rows = [];
  for (const text of texts) {
    const lines = [`${label}: ${text}\n`];
    const prompt = layout(starter, {
      here: `Ada, Bo and ${label}`,
      lines,
      persona,
      audience: "you",
    });
    rows.push({ label, text, persona: persona.name, reply: (await starter.reply(prompt)).text });
  }
  return rows;
}

/** One long chat: every line goes to all, both personas are asked, and their replies stay. */
export async function chat(starter, label, texts) {
  const lines = [];
  for (const text of texts) {
    lines.push(`${label}: ${text}\n`);
    const called = /^@?(Ada|Bo)\b|\b(Ada|Bo)\?$/.exec(text);
    const meant = called?.[1] ?? called?.[2];
    for (const persona of [ADA, BO]) {
      const audience = meant ? (meant === persona.name ? "you" : meant) : "all";
      const prompt = layout(starter, { here: `Ada, Bo and ${label}`, lines, persona, audience });
      const { text: reply } = await starter.reply(prompt);
      if (reply.trim() !== "PASS") lines.push(`${persona.name}: ${reply}\n`);
    }
  }
  return lines;
}
