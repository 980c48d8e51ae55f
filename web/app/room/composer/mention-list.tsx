/** The list under "@": a listbox whose focus stays in the text box (aria-activedescendant). */

import type { JSX } from "preact";
import { t } from "../../messages/translate.ts";
import { Avatar } from "../../parts/avatar.tsx";
import { dropBidi } from "../../text/bidi.ts";
import { useRoom } from "../room-context.ts";
import { personaHue } from "../room-names.ts";
import type { Named } from "./mention.ts";

export function MentionList({ id, personas, chosen, onTake }: {
  readonly id: string;
  readonly personas: readonly Named[];
  readonly chosen: number;
  readonly onTake: (persona: Named) => void;
}): JSX.Element {
  const { state } = useRoom();
  return (
    <ul class="mentions" id={id} role="listbox" aria-label={t("composer.picker")}>
      {personas.map((persona, index) => (
        <li
          key={persona.id}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === chosen}
          onPointerDown={(event) => {
            // Before the blur: the text box keeps its focus and caret.
            event.preventDefault();
            onTake(persona);
          }}
        >
          <Avatar name={persona.name} hue={personaHue(state.value, persona.id)} size="s" />
          <span class="mention-name">{persona.name}</span>
          <small>{dropBidi(state.value.personas.get(persona.id)?.card.gist ?? "")}</small>
        </li>
      ))}
    </ul>
  );
}
