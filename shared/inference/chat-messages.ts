/**
 * The messages of a chat prompt: neighbours of one role are one message, their texts as they stand.
 *
 * So a prompt can be cut into segments where caches may fork, while templates that insist on roles
 * taking turns read what they expect.
 */

import type { PromptSegment } from "./engine.ts";

export type ChatMessage = Omit<PromptSegment, "key">;

export function toChatMessages(segments: readonly PromptSegment[]): readonly ChatMessage[] {
  const messages: ChatMessage[] = [];
  for (const { role, text, images } of segments) {
    const last = messages.at(-1);
    const isNew = last?.role !== role;
    const all = [...isNew ? [] : last.images ?? [], ...images ?? []];
    const message = {
      role,
      text: isNew ? text : last.text + text,
      ...all.length === 0 ? {} : { images: all },
    };
    if (isNew) messages.push(message);
    else messages[messages.length - 1] = message;
  }
  return messages;
}
