/**
 * Replies and pins, as far as the page knows of them before it can be used: the rest is fetched
 * after that (SY181).
 */

import type { JSX } from "preact";
import type { Message } from "#shared/room/mod.ts";
import { useApp } from "../../app-context.ts";
import { lazyInstead, lazyPart } from "../../parts/lazy.tsx";
import { useRoom } from "../room-context.ts";

const load = () => import("./talk-ui.ts");
const LazyActions = lazyPart(async () => (await load()).TalkActions);
const LazyStrip = lazyPart(async () => (await load()).ReplyStrip);
const LazyBack = lazyPart(async () => (await load()).BringBack);
const LazyPins = lazyPart(async () => (await load()).PinsLine);
const Unread = (): JSX.Element => <span class="quote" />;
const LazyQuote = lazyInstead<QuoteProps>(async () => (await load()).MessageQuote, Unread);

export interface QuoteProps {
  /** Of the message that answers; infinite for one on its way. */
  readonly seq: number;
  readonly replyTo: number;
}

/** What a person may do with any message: answer it, pin it. */
export function TalkActions(props: { readonly message: Message }): JSX.Element | null {
  const { canWrite } = useRoom();
  return useApp().client.usable.value && canWrite.value ? <LazyActions {...props} /> : null;
}

/** Behind what was set aside at the end of the log: a way back while there is one. */
export function BringBack(): JSX.Element | null {
  const { canWrite } = useRoom();
  return useApp().client.usable.value && canWrite.value ? <LazyBack /> : null;
}

/** The message that another one answers; its line has its height from the beginning. */
export function MessageQuote(props: QuoteProps): JSX.Element {
  return useApp().client.usable.value ? <LazyQuote {...props} /> : <Unread />;
}

/** The message that the draft answers. */
export function ReplyStrip({ id }: { readonly id: string }): JSX.Element | null {
  const seq = useRoom().replying.value;
  return seq === undefined ? null : <LazyStrip id={id} seq={seq} />;
}

/** What is pinned, under the room's head. */
export function PinsLine(): JSX.Element | null {
  const { state } = useRoom();
  const hasPins = state.value.pins !== undefined && useApp().client.usable.value;
  return hasPins ? <LazyPins /> : null;
}
