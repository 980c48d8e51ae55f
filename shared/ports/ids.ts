/** Identity as a port: ids are made where the input is born and travel with it. */
export interface IdSource {
  /** A new id such as `in_7f…`; unique within this device for ever. */
  next(prefix: string): string;
}
