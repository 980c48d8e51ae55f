/** What the room's personas ask a person for, over the composer. Does not take the focus. */

import type { JSX } from "preact";
import type { WaitingAsk } from "../../client/app-client.ts";
import { t } from "../messages/translate.ts";
import { useRoom } from "../room/room-context.ts";
import { AskCard } from "./ask-card.tsx";
import { sessionName } from "./session-names.ts";

export function RoomAsksList({ asks }: { readonly asks: readonly WaitingAsk[] }): JSX.Element {
  const { state } = useRoom();
  const newest = asks.at(-1);
  return (
    <div class="asks">
      {asks.map(({ session, ask }) => (
        <AskCard key={`${session}/${ask.callId}`} session={session} ask={ask} place="room" />
      ))}
      <p class="sr-only" role="status">
        {newest !== undefined &&
          t("ask.waits", { name: sessionName(state.value, newest.session) })}
      </p>
    </div>
  );
}
