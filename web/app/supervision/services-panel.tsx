/** The personas that this device looks after, by room, each with how it is served. */

import type { JSX } from "preact";
import type { RoomSummary, ServiceStatus } from "../../client/app-client.ts";
import { useApp } from "../app-context.ts";
import { plural, t } from "../messages/translate.ts";
import { cleanName } from "../text/clean-name.ts";
import { ServiceRow } from "./service-row.tsx";

export function ServicesPanel(): JSX.Element {
  const app = useApp();
  const services = app.part.services.value;
  const rooms = app.part.rooms.value
    .map((room) => ({ room, served: services.filter(({ roomId }) => roomId === room.roomId) }))
    .filter(({ served }) => served.length > 0);
  return (
    <section class="panel" aria-label={t("services.title")}>
      <h2>{t("services.title")}</h2>
      <p class="hint">{rooms.length === 0 ? t("services.none") : t("services.lead")}</p>
      {rooms.map((each) => <Served key={each.room.roomId} {...each} isOnly={rooms.length === 1} />)}
    </section>
  );
}

/** Open where something is wrong: a device may look after dozens of rooms. */
function Served({ room, served, isOnly }: {
  readonly room: RoomSummary;
  readonly served: readonly ServiceStatus[];
  readonly isOnly: boolean;
}): JSX.Element {
  const name = cleanName(room.name);
  const troubled = served.filter(({ phase }) => phase === "restarting" || phase === "failed");
  return (
    <details open={isOnly || troubled.length > 0}>
      <summary class="service-room">
        <b dir="auto">{name}</b> {plural("services.count", served.length)}
        {troubled.length > 0 && (
          <span class="warn">, {plural("services.trouble", troubled.length)}</span>
        )}
      </summary>
      <ul class="services" aria-label={t("services.room", { room: name })}>
        {served.map((service) => {
          const index = room.personaIds.indexOf(service.persona);
          return (
            <ServiceRow
              key={service.persona}
              service={service}
              name={cleanName(room.personaNames[index] ?? service.persona)}
              hue={room.personaHues?.[index] ?? 75}
            />
          );
        })}
      </ul>
    </details>
  );
}
