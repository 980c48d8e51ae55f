/** The texts that a JSON schema of fixed values allows: objects whose members are enums. */

const TEXTS_MAX = 1_000;

type Fields = Readonly<Record<string, unknown>>;

/** Undefined for a schema with more than that in it; the server then refuses the request. */
export function textsOfSchema(schema: unknown): readonly string[] | undefined {
  if (typeof schema !== "object" || schema === null) return undefined;
  const { type, properties } = schema as Fields;
  if (type !== "object" || typeof properties !== "object" || properties === null) return undefined;
  let texts = ["{"];
  for (const [index, [name, value]] of Object.entries(properties).entries()) {
    const values = (value as Fields)["enum"];
    if (!Array.isArray(values)) return undefined;
    const lead = `${index === 0 ? "" : ", "}${JSON.stringify(name)}: `;
    texts = texts.flatMap((text) =>
      (values as readonly unknown[]).map((one) => `${text}${lead}${JSON.stringify(one)}`)
    );
    if (texts.length > TEXTS_MAX) return undefined;
  }
  return texts.map((text) => `${text}}`);
}
