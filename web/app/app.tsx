/** The whole page: boot, the screen of the route, notices. */

import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useApp } from "./app-context.ts";
import { describeError } from "./messages/describe-error.ts";
import { t } from "./messages/translate.ts";
import { ErrorNote } from "./parts/error-note.tsx";
import { RescueButton } from "./parts/rescue-button.tsx";
import { Icon } from "./parts/icon.tsx";
import { lazyScreen } from "./parts/lazy.tsx";
import { Notices } from "./parts/notices.tsx";
import { Rail } from "./rail.tsx";
import type { Route } from "./route.ts";
import { dropBidi } from "./text/bidi.ts";
import { StartScreen } from "./start/start-screen.tsx";

const RoomScreen = lazyScreen(async () => (await import("./room/room-screen.tsx")).RoomScreen);
const JoinScreen = lazyScreen(async () => (await import("./join/join-screen.tsx")).JoinScreen);
const ModelsScreen = lazyScreen(
  async () => (await import("./models/models-screen.tsx")).ModelsScreen,
);
const SettingsScreen = lazyScreen(
  async () => (await import("./settings/settings-screen.tsx")).SettingsScreen,
);

export function AppRoot(): JSX.Element {
  const app = useApp();
  const boot = app.part.boot.value;
  const route = app.route.value;
  useRouteFocus(route);
  useTitle(route);
  usePreload();
  if (boot.phase === "failed") {
    return (
      <main id="main" class="screen screen-message">
        <Splash />
        <h1 class="sr-only">{describeError(boot.error).happened}</h1>
        <ErrorNote error={boot.error} />
        <button type="button" class="button button-key" onClick={() => location.reload()}>
          {t("app.reload")}
        </button>
        <RescueButton />
      </main>
    );
  }
  if (boot.phase === "starting") {
    return (
      <main id="main" class="screen screen-message" aria-busy="true">
        <Splash />
        <h1 class="splash-text">{t("app.loading")}</h1>
      </main>
    );
  }
  return (
    <>
      <a
        class="skip"
        href="#main"
        onClick={(event) => {
          // The fragment is the route; the skip must not become one.
          event.preventDefault();
          document.getElementById("main")?.focus();
        }}
      >
        {route.kind === "room" ? t("app.skip") : t("app.skip-main")}
      </a>
      <div class={`shell shell-${route.kind}`}>
        {route.kind !== "start" && route.kind !== "join" && <Rail />}
        <Screen route={route} />
      </div>
      <Notices />
    </>
  );
}

function Screen({ route }: { readonly route: Route }): JSX.Element {
  switch (route.kind) {
    case "start":
      return <StartScreen />;
    case "room":
      return <RoomScreen key={route.roomId} roomId={route.roomId} />;
    case "join":
      return <JoinScreen key={route.link} link={route.link} />;
    case "models":
      return <ModelsScreen />;
    case "settings":
      return <SettingsScreen />;
  }
}

function Splash(): JSX.Element {
  return (
    <span class="splash">
      <Icon name="key" size={56} />
    </span>
  );
}

/** The page's title names the screen, so that tabs and readers tell them apart. */
function useTitle(route: Route): void {
  const app = useApp();
  const rooms = app.part.rooms.value;
  const place = route.kind === "room"
    ? dropBidi(rooms.find(({ roomId }) => roomId === route.roomId)?.name ?? t("nav.rooms"))
    : route.kind === "start"
    ? undefined
    : t(`nav.${route.kind}`);
  useEffect(() => {
    document.title = place === undefined ? t("app.name") : `${place} · ${t("app.name")}`;
  }, [place]);
}

/** Another screen is another page to a reader: title and focus move with the route. */
function useRouteFocus(route: Route): void {
  const isFirst = useRef(true);
  useEffect(() => {
    if (isFirst.current) {
      isFirst.current = false;
      return;
    }
    // The room puts the focus into its composer where there is a keyboard.
    if (route.kind !== "room") document.getElementById("main")?.focus({ preventScroll: true });
  }, [route]);
}

/** The room's code comes while the start is being read. */
function usePreload(): void {
  useEffect(() => {
    const timer = setTimeout(() => RoomScreen.preload(), 300);
    return () => clearTimeout(timer);
  }, []);
}
