/** What this device is called until somebody gives it a name; other people never see it so. */
export const DEVICE_NAME_DEFAULT = "You";

/** The name as a person gave it; empty when none was given. */
export function givenName(name: string): string {
  return name === DEVICE_NAME_DEFAULT ? "" : name;
}
