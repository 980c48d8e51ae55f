import { expect, test } from "vitest";
import { ME, roomScript } from "#shared/testing/fakes/room-script.ts";
import { DEVICE_NAME_DEFAULT } from "../../client/device-name.ts";
import { deviceName, personName } from "./room-names.ts";

test("[SY283] only we ourselves are called so without quotation marks, while we have no name", () => {
  const state = roomScript().state();
  const own = state.devices.get(ME);
  if (own === undefined) throw new Error("No own device");
  const unnamed = { ...own, name: DEVICE_NAME_DEFAULT };
  const both = { ...state, devices: new Map([[ME, unnamed], ["dv_other", unnamed]]) };
  expect(personName(both, ME, ME)).toBe("You");
  expect(personName(both, "dv_other", ME)).toBe("“You”");
  expect(deviceName(both, ME)).toBe("“You”");
  expect(personName(state, ME, ME)).toBe(own.name);
});
