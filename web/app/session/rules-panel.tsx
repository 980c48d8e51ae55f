/** What a persona may use: each tool never, after asking, or always. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useId } from "preact/hooks";
import type { PermissionDecision } from "#shared/session/mod.ts";
import { t } from "../messages/translate.ts";
import { useSession } from "./session-context.ts";
import { choiceWords, toolName, toolText } from "./session-words.ts";
import { decisionForOthers, listChoices, type ToolChoice, withChoice } from "./tool-rules.ts";

const CHOICES: readonly PermissionDecision[] = ["deny", "ask", "allow"];

export function RulesPanel(): JSX.Element {
  const { session, name, snapshot, ask } = useSession();
  const known = useSignal<readonly string[]>([]);
  const isBusy = useSignal(false);
  useEffect(() => {
    const look = async (): Promise<void> => {
      const answer = await ask({ method: "list-completions", of: "tool", prefix: "" });
      if (answer?.kind === "completions") known.value = answer.values;
    };
    // Owned by the screen: `ask` never rejects.
    void look();
  }, [session]);
  const { rules, greeting } = snapshot.value;
  const others = decisionForOthers(rules);
  const choices = listChoices(rules, [...known.value, ...greeting.tools]);
  return (
    <>
      <p class="hint">{t("rules.lead", { name })}</p>
      {choices.length === 0 && <p>{t("rules.none")}</p>}
      <ul class="insp-list">
        {choices.map((choice) => <ToolRow key={choice.tool} choice={choice} isBusy={isBusy} />)}
      </ul>
      {others !== undefined && <p class="hint">{t("rules.all", { choice: choiceWords(others) })}
      </p>}
    </>
  );
}

function ToolRow({ choice, isBusy }: {
  readonly choice: ToolChoice;
  readonly isBusy: { value: boolean };
}): JSX.Element {
  const { snapshot, perform } = useSession();
  const id = useId();
  const { tool, decision, hasExact } = choice;
  const choose = async (next: PermissionDecision): Promise<void> => {
    isBusy.value = true;
    const rules = withChoice(snapshot.peek().rules, tool, next);
    await perform({ method: "set-tools", rules }, t("session.done-rules"));
    isBusy.value = false;
  };
  const about = toolText(tool);
  return (
    <li class="insp-item" data-tool={tool}>
      <fieldset class="choices" disabled={isBusy.value}>
        <legend>{toolName(tool)}</legend>
        {about !== undefined && <p class="hint">{about}</p>}
        <div class="segmented">
          {CHOICES.map((option) => (
            <label key={option}>
              <input
                type="radio"
                name={id}
                checked={decision === option}
                onChange={() => void choose(option)}
              />
              <span>{choiceWords(option)}</span>
            </label>
          ))}
        </div>
        {hasExact && <p class="hint">{t("rules.some")}</p>}
      </fieldset>
    </li>
  );
}
