/** What talk-parts.tsx fetches. */

export { BringBack } from "./bring-back.tsx";
export { MessageQuote } from "./message-quote.tsx";
export { PinsLine } from "./pins-line.tsx";
export { ReplyStrip } from "./reply-strip.tsx";
export { TalkActions } from "./talk-actions.tsx";
