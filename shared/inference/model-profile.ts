/** A file of a model, as far as its publisher tells. */
export interface ModelFile {
  /** Its place in the model's folder, such as `onnx/model_q4.onnx`. */
  readonly path: string;
  /** Absolute. Empty for a file that a person brought: it is on this device or nowhere. */
  readonly url: string;
  /** Undefined where nobody published it. */
  readonly bytes: number | undefined;
  /** Lower-case hex; undefined where nobody published it. */
  readonly sha256: string | undefined;
}

/** Where a model behind an address runs. */
export interface EndpointPlace {
  /** With its port, such as `127.0.0.1:11434`. */
  readonly host: string;
  /** False where what a persona reads leaves the device: any address but this machine's own. */
  readonly isLocal: boolean;
}

/** One model a person can run: what it needs, what it is good for, where its files are. */
export interface ModelProfile {
  readonly id: string;
  readonly engine: "transformers" | "web-llm" | "wllama" | "llama-server" | "openai";
  readonly name: string;
  /** Key of the sentence that tells people what it is good for; "" where nobody knows. */
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
  /**
   * What has to be on this device before it loads. Absent for the starter, for web-llm (its own
   * lists tell) and for what runs behind an address.
   */
  readonly files?: readonly ModelFile[];
  /** Where it runs; absent for what runs in the page or in a process of ours. */
  readonly endpoint?: EndpointPlace;
  /** True where it takes images. */
  readonly seesImages?: true;
}
