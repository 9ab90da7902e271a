import { expect, test } from "vitest";

import { parseFeatures } from "./features.ts";

const flags = (data: Readonly<Record<string, string>>): string => JSON.stringify({ status: "success", data });

test.each([
  ["2.42.0", { "enable-feature": "native-histograms", "web.enable-remote-write-receiver": "true" }, true, true],
  ["2.42.0", { "enable-feature": "", "web.enable-remote-write-receiver": "true" }, true, false],
  [
    "2.42.0",
    { "enable-feature": "exemplar-storage,native-histograms", "web.enable-remote-write-receiver": "false" },
    false,
    true,
  ],
  ["2.42.0", { "enable-feature": "remote-write-receiver", "web.enable-remote-write-receiver": "false" }, true, false],
  ["3.7.1", { "enable-feature": "", "web.enable-remote-write-receiver": "true" }, true, false],
  ["3.8.0", { "enable-feature": "", "web.enable-remote-write-receiver": "true" }, true, true],
])("a Prometheus %s with %j writes: %s, has native histograms: %s", (version, data, remoteWrite, nativeHistograms) => {
  expect(parseFeatures(flags(data), version)).toEqual({ remoteWrite, nativeHistograms });
});

test.each(["", "<html>", '{"status":"error"}', "null"])(
  "an answer of %j is one of somebody who does not tell",
  (text) => {
    expect(parseFeatures(text, "2.42.0")).toEqual({ remoteWrite: true, nativeHistograms: false });
  },
);
