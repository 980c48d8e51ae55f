/** Joining a room: what the link lets one do, the name that others will see, or why it failed. */

import "../invite/invite-text.ts";
import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";
import { givenName } from "../../client/device-name.ts";
import { useApp } from "../app-context.ts";
import { findJoinLink, mayWrite } from "../join-link.ts";
import type { AnyError } from "../messages/describe-error.ts";
import { t } from "../messages/translate.ts";
import { ErrorNote } from "../parts/error-note.tsx";
import { Icon } from "../parts/icon.tsx";
import { NameField } from "../parts/name-field.tsx";
import { replaceWith } from "../route.ts";

export function JoinScreen({ link: given }: {
  /** The link that the page was opened with; undefined asks for one. */
  readonly link: string | undefined;
}): JSX.Element {
  const [link, setLink] = useState(given);
  return (
    <main id="main" class="join" tabIndex={-1}>
      <header class="start-head">
        <a class="brand" href="#/" aria-label={t("nav.home")}>
          <span class="brand-mark">
            <Icon name="key" size={20} />
          </span>
          {t("app.name")}
        </a>
      </header>
      <section class="join-card">
        <span class="join-mark">
          <Icon name="key" size={30} />
        </span>
        {link === undefined
          ? <AskLink onLink={setLink} />
          : <Invited link={link} onOther={() => setLink(undefined)} />}
      </section>
    </main>
  );
}

function AskLink({ onLink }: { readonly onLink: (link: string) => void }): JSX.Element {
  const [text, setText] = useState("");
  const [tried, setTried] = useState(false);
  const id = useId();
  const link = findJoinLink(text);
  const isMissing = tried && link === undefined;
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (link !== undefined) onLink(link);
      }}
    >
      <h1>{t("join.title-ask")}</h1>
      <div class="field">
        <label for={id}>{t("join.link")}</label>
        <input
          id={id}
          class="input"
          // A key is no word: nothing should remember, correct or show it.
          type="password"
          autocomplete="off"
          spellcheck={false}
          value={text}
          aria-invalid={isMissing}
          aria-describedby={`${id}-hint`}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <p class="hint" id={`${id}-hint`}>
          {isMissing ? <span class="bad">{t("join.link-missing")}</span> : t("join.link-hint")}
        </p>
      </div>
      <div class="join-actions">
        <a class="button" href="#/">{t("do.cancel")}</a>
        <button type="submit" class="button button-solid">{t("join.next")}</button>
      </div>
    </form>
  );
}

function Invited({ link, onOther }: {
  readonly link: string;
  readonly onOther: () => void;
}): JSX.Element {
  const app = useApp();
  const [name, setName] = useState(givenName(app.part.device.value.name));
  const [tried, setTried] = useState(false);
  const [isJoining, setJoining] = useState(false);
  const [error, setError] = useState<AnyError | undefined>(undefined);
  const canWrite = mayWrite(link);
  const join = async (): Promise<void> => {
    setTried(true);
    if (canWrite && name.trim() === "") return;
    setJoining(true);
    setError(undefined);
    const problem = await enterRoom(app, link, canWrite ? name.trim() : undefined);
    setJoining(false);
    setError(problem);
  };
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        void join();
      }}
    >
      <h1>{t("join.title")}</h1>
      <p>{canWrite ? t("join.lead-write") : t("join.lead-read")}</p>
      {canWrite && (
        <NameField name={name} onName={setName} isMissing={tried && name.trim() === ""} />
      )}
      {canWrite && <p class="hint">{t("join.personas")}</p>}
      <p class="hint join-kept">
        <Icon name="lock" size={16} />
        {t("join.kept")}
      </p>
      {error !== undefined && <ErrorNote error={error} doing={t("doing.join-room")} />}
      <div class="join-actions">
        <button type="button" class="link-button" onClick={onOther}>{t("join.another")}</button>
        <span class="grow" />
        <a class="button" href="#/">{t("do.cancel")}</a>
        <button type="submit" class="button button-solid" disabled={isJoining}>
          {isJoining ? t("join.doing") : t("join.do")}
        </button>
      </div>
    </form>
  );
}

/** Why it did not work; undefined when the room is being opened. */
async function enterRoom(
  app: ReturnType<typeof useApp>,
  link: string,
  name: string | undefined,
): Promise<AnyError | undefined> {
  if (name !== undefined && name !== app.part.device.value.name) {
    const named = await app.client.send({ kind: "set-name", name });
    if (!named.ok) return named.error;
  }
  const joined = await app.client.send({ kind: "join-room", link });
  if (!joined.ok) return joined.error;
  // In place of the invitation: Back leads to what was before it.
  if (joined.value.kind === "room-joined") {
    replaceWith({ kind: "room", roomId: joined.value.roomId });
  }
  return undefined;
}
