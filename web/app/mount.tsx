/** Puts the app into the page. The only door of this folder. */

import { render } from "preact";
import type { AppClient } from "../client/app-client.ts";
import { AppRoot } from "./app.tsx";
import { AppContext, createApp, type Updates } from "./app-context.ts";
import { loadLanguage } from "./messages/languages.ts";
import "./styles/index.css";
import { applyTheme, readTheme } from "./theme.ts";

/**
 * Draws the screens of `client` into `root` and keeps them drawn. `joinLink` is what `takeJoinLink`
 * took out of the address: the app then opens with the invitation.
 */
export function mountApp(
  root: HTMLElement,
  client: AppClient,
  updates: Updates,
  joinLink?: string,
): void {
  applyTheme(readTheme());
  const app = createApp(client, updates, joinLink);
  const draw = (): void => {
    render(
      <AppContext.Provider value={app}>
        <AppRoot />
      </AppContext.Provider>,
      root,
    );
  };
  // English is at hand: it draws at once. Another language is fetched first, so that nothing flips;
  // if its file does not come, English stands in.
  loadLanguage(navigator.languages).then(draw, draw);
}
