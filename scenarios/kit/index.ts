// `proofload/kit`: what scenarios and journeys import.
export { endpoint } from "./client.ts";
export type { Endpoint, EndpointOptions } from "./client.ts";
export { testData } from "./data.ts";
export type { FieldTypes, TestData } from "./data.ts";
export { variable } from "./env.ts";
export type { Variable } from "./env.ts";
export { iterationIndex } from "./iteration-index.ts";
export { kpi } from "./kpi.ts";
export type { Kpi } from "./kpi.ts";
export type { Stage } from "./plan-stages.ts";
export { shape } from "./shape.ts";
export type { Shape } from "./shape.ts";
export { staircase } from "./staircase.ts";
export type { Staircase } from "./staircase.ts";
