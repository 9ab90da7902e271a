import { expect, test } from "vitest";

import { fillPlaceholders, portNames } from "./placeholders.ts";

const known = { node: "/n", package: "/p", run: "/r", ports: { api: 80 } };

test("placeholders are filled in wherever they stand, and nothing else changes", () => {
  const value = { a: ["${node}", "${package}/x", 1, null], b: { c: "http://h:${port.api}${run}", d: true } };
  expect(fillPlaceholders(value, known)).toEqual({ a: ["/n", "/p/x", 1, null], b: { c: "http://h:80/r", d: true } });
  expect(portNames(value)).toEqual(["api"]);
});

test("one that stands for nothing is an error", () => {
  expect(() => fillPlaceholders(["${HOME}"], known)).toThrow("'${HOME}' stands for nothing");
  expect(() => fillPlaceholders(["${constructor}"], known)).toThrow("stands for nothing");
  expect(() => fillPlaceholders(["${port.toString}"], known)).toThrow("stands for nothing");
  expect(() => fillPlaceholders(["${port.other}"], known)).toThrow("'${port.other}' stands for nothing");
});

test("a port's name is a plain name, and never one of JavaScript's", () => {
  expect(portNames(["${port.api}", "${port.__proto__}", "${port.}"])).toEqual(["api"]);
});
