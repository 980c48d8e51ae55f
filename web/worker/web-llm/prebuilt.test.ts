import { prebuiltAppConfig } from "@mlc-ai/web-llm";
import { expect, test } from "vitest";
import { webLlmAddress } from "../../models/web-llm-addresses.ts";
import { webLlmModels } from "../../models/web-llm-models.ts";

test.each(webLlmModels.map((model) => [model.id, model] as const))(
  "%s stands in the library's list with these figures",
  (id, model) => {
    const record = prebuiltAppConfig.model_list.find((one) => one.model_id === id);
    expect(record?.vram_required_MB).toBeCloseTo(model.memoryBytes / 1024 ** 2, 1);
    expect(record?.overrides?.context_window_size).toBe(model.contextTokens);
    const features = record?.required_features ?? [];
    const { model: at, modelLib } = webLlmAddress(id) ?? {};
    expect([at, modelLib]).toEqual([record?.model, record?.model_lib]);
    expect(features.filter((feature) => !model.requiredFeatures.includes(feature))).toEqual([]);
  },
);
