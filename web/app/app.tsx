/** The whole page: boot, the screen of the route, notices. */

import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useApp, useUsable } from "./app-context.ts";
import { formatNumber, t } from "./messages/translate.ts";
import { lazyPart, lazyScreen } from "./parts/lazy.tsx";
import { Notices } from "./parts/notices.tsx";
import { Splash } from "./parts/splash.tsx";
import { Rail } from "./rail.tsx";
import type { Route } from "./route.ts";
import { cleanName } from "./text/clean-name.ts";
import { StartScreen } from "./start/start-screen.tsx";

const Keyboard = lazyPart(async () => (await import("./keys/keyboard.tsx")).Keyboard);
const BootFailed = lazyScreen(async () => (await import("./boot-failed.tsx")).BootFailed);
const RoomScreen = lazyScreen(async () => (await import("./room/room-screen.tsx")).RoomScreen);
const JoinScreen = lazyScreen(async () => (await import("./join/join-screen.tsx")).JoinScreen);
const ModelsScreen = lazyScreen(
  async () => (await import("./models/models-screen.tsx")).ModelsScreen,
);
const HandedInScreen = lazyScreen(
  async () => (await import("./handed-in/handed-in-screen.tsx")).HandedInScreen,
);
const SearchScreen = lazyScreen(
  async () => (await import("./search/search-screen.tsx")).SearchScreen,
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
  useAttention();
  useLaunchFiles();
  // A room says so itself; the start screen leads to one.
  useUsable(boot.phase === "ready" && route.kind !== "room" && route.kind !== "start");
  if (boot.phase === "failed") {
    return <BootFailed error={boot.error} />;
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
      {app.client.usable.value && <Keyboard />}
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
    case "handed-in":
      return <HandedInScreen trouble={route.trouble} />;
    case "models":
      return <ModelsScreen />;
    case "search":
      return <SearchScreen />;
    case "settings":
      return <SettingsScreen />;
  }
}

/** The page's title names the screen, so that tabs and readers tell them apart. */
function useTitle(route: Route): void {
  const app = useApp();
  const rooms = app.part.rooms.value;
  const place = route.kind === "room"
    ? cleanName(rooms.find(({ roomId }) => roomId === route.roomId)?.name ?? t("nav.rooms"))
    : route.kind === "start" || route.kind === "handed-in"
    ? undefined
    : t(`nav.${route.kind}`);
  const unread = app.unread.value;
  useEffect(() => {
    const title = place === undefined ? t("app.name") : `${place} · ${t("app.name")}`;
    document.title = unread === 0 ? title : `(${formatNumber(unread)}) ${title}`;
  }, [place, unread]);
}

/** What counts and calls comes once nobody waits for the page. */
function useAttention(): void {
  const app = useApp();
  const isUsable = app.client.usable.value;
  useEffect(() => {
    if (!isUsable) return;
    // Where its code does not come, nothing is counted until the next load.
    import("./attention/start-attention.ts").then(
      ({ startAttention }) => startAttention(app),
      () => undefined,
    );
  }, [isUsable]);
}

/** Files that the system opens with the installed page wait where shared ones do. */
function useLaunchFiles(): void {
  const { client, route } = useApp();
  // A file opens the start screen; in a room the browser keeps it until it is asked for.
  const isDue = route.value.kind !== "room" || client.usable.value;
  useEffect(() => {
    if (!isDue || !("launchQueue" in window)) return;
    void import("./handed-in/launch-files.ts").then(({ takeLaunchFiles }) => takeLaunchFiles());
  }, [isDue]);
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

/** The room's code comes while its rooms are opened, or while the start is being read. */
function usePreload(): void {
  const { route } = useApp();
  useEffect(() => {
    const waitMs = route.peek().kind === "room" ? 0 : 300;
    const timer = setTimeout(() => RoomScreen.preload(), waitMs);
    return () => clearTimeout(timer);
  }, []);
}
