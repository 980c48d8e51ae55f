/** One model a person can run: what it needs, what it is good for, where its files are. */
export interface ModelProfile {
  readonly id: string;
  readonly engine: "transformers" | "web-llm" | "llama-server" | "openai";
  readonly name: string;
  /** One sentence for people: what it is good for. */
  readonly goodFor: string;
  readonly licence: string;
  readonly parameters: number;
  readonly downloadBytes: number;
  readonly memoryBytes: number;
  readonly contextTokens: number;
  /** Memory of one persona's context when it is full; absent where it is not known, or shared. */
  readonly contextBytes?: number | undefined;
  /** WebGPU adapter features that must be there, such as `shader-f16`. */
  readonly requiredFeatures: readonly string[];
  readonly needsWebGpu: boolean;
  /**
   * `starter-script`: raw text with the starter's own tokens; `chat`: messages by the model's
   * template.
   */
  readonly promptFormat: "starter-script" | "chat";
  /** True for the model shipped with the page: no download from another host. */
  readonly embedded: boolean;
  readonly replyTokensMax: number;
  readonly temperature: number;
  readonly topP: number;
}
