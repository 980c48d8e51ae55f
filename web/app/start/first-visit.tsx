/** The welcome: one sentence, two personas to meet, and honestly what runs where. */

import type { JSX } from "preact";
import { t } from "../messages/translate.ts";
import { Avatar, hueProps } from "../parts/avatar.tsx";
import { Icon, type IconName } from "../parts/icon.tsx";
import { READY_MADE } from "./ready-made.ts";

export function FirstVisit({ isBeginning, onBegin, onNew, onImport }: {
  readonly isBeginning: boolean;
  readonly onBegin: () => Promise<void>;
  readonly onNew: () => void;
  readonly onImport: () => void;
}): JSX.Element {
  return (
    <>
      <section class="hero">
        <div class="hero-words">
          <h1>{t("start.title")}</h1>
          <p class="lead">{t("start.what")}</p>
          <div class="hero-buttons">
            <button
              type="button"
              class="button button-big button-solid"
              disabled={isBeginning}
              onClick={() => void onBegin()}
            >
              {isBeginning ? t("start.beginning") : t("start.begin")}
            </button>
            <button type="button" class="button button-big" onClick={onNew}>
              {t("start.new-room")}
            </button>
          </div>
          <p class="start-invited">
            {t("start.invited")} <a href="#/join">{t("join.open")}</a>
            <br />
            {t("start.saved")}{" "}
            <button type="button" class="link-button" onClick={onImport}>
              {t("start.import")}
            </button>
          </p>
          <p class="honest">
            {t("start.honest")} {t("start.honest-models")}{" "}
            <a href="#/models">{t("start.look-models")}</a>
          </p>
        </div>
        <Meet />
      </section>
      <section class="where" aria-label={t("start.where")}>
        <h2>{t("start.where")}</h2>
        <ul>
          <Fact icon="panel" title={t("start.where-page")} text={t("start.where-page-text")} />
          <Fact icon="chip" title={t("start.where-mind")} text={t("start.where-mind-text")} />
          <Fact icon="key" title={t("start.where-log")} text={t("start.where-log-text")} />
        </ul>
      </section>
    </>
  );
}

/** The two as they will stand in the room: a small scene in the room's own type. */
function Meet(): JSX.Element {
  return (
    <section class="meet" aria-label={t("start.try")}>
      <Keyhole />
      <h2>{t("start.try")}</h2>
      <p class="meet-text">{t("start.try-text")}</p>
      {READY_MADE.map(({ card }) => (
        <div key={card.name} class="meet-card" {...hueProps(card.hue)}>
          <Avatar name={card.name} hue={card.hue} size="l" />
          <div>
            <b>{card.name}</b>
            <p>{card.gist}</p>
          </div>
        </div>
      ))}
    </section>
  );
}

/** The mark of the house: light through a keyhole, behind the two who wait. */
function Keyhole(): JSX.Element {
  return (
    <svg
      class="keyhole"
      viewBox="0 0 400 520"
      preserveAspectRatio="xMidYMid meet"
      aria-hidden="true"
    >
      <linearGradient id="keyhole-light" x1="0" y1="0" x2="0" y2="1">
        <stop class="keyhole-near" offset="0.3" />
        <stop class="keyhole-far" offset="1" />
      </linearGradient>
      <path d="M200 24a138 138 0 0 1 66 259l44 189a20 20 0 0 1-20 24H110a20 20 0 0 1-20-24l44-189A138 138 0 0 1 200 24Z" />
    </svg>
  );
}

function Fact({ icon, title, text }: {
  readonly icon: IconName;
  readonly title: string;
  readonly text: string;
}): JSX.Element {
  return (
    <li>
      <Icon name={icon} size={22} />
      <b>{title}</b>
      <span>{text}</span>
    </li>
  );
}
