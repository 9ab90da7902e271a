import type { SeriesSamples } from "../../lib/run/evidence.ts";
import type { LabelMatcher } from "./selector.ts";
import { selects } from "./selects.ts";

const GRPC =
  "OK Canceled Unknown InvalidArgument DeadlineExceeded NotFound AlreadyExists PermissionDenied ResourceExhausted FailedPrecondition Aborted OutOfRange Unimplemented Internal Unavailable DataLoss Unauthenticated".split(
    " ",
  );

/** Labels whose values are all known, once one of them was seen; 0 stands for a request without any answer. */
const KINDS: readonly { readonly name: string; readonly values: readonly string[] }[] = [
  { name: "statuses of HTTP", values: ["0", ...Array.from({ length: 500 }, (_, index) => String(index + 100))] },
  { name: "classes of HTTP's statuses", values: ["1xx", "2xx", "3xx", "4xx", "5xx"] },
  { name: "classes of HTTP's statuses", values: ["1XX", "2XX", "3XX", "4XX", "5XX"] },
  { name: "codes of gRPC", values: GRPC },
  {
    name: "codes of gRPC",
    values: GRPC.map((code) => code.replaceAll(/([a-z])([A-Z])/g, "$1_$2").toUpperCase()),
  },
];

/**
 * Why a matcher can't fit any series of a metric, by the values that its label has in some of them: they differ in case only, or they are
 * statuses and the matcher fits none that there may be, as `5xx` where there is `200`. Null where it may.
 */
export function impossibleValue(matcher: LabelMatcher, series: readonly SeriesSamples[]): string | null {
  const { name, operator, value } = matcher;
  if (operator !== "=" && operator !== "=~") return null;
  const seen = [...new Set(series.flatMap(({ labels }) => labels[name] ?? []))];
  if (seen.length === 0 || seen.some((one) => fits(matcher, one) !== false)) return null;
  const wanted = `${name}${operator}${JSON.stringify(value)}`;
  const twin = seen.find((one) => fitsInAnyCase(matcher, one));
  if (twin !== undefined) return `${wanted} fits nothing, but there is ${name}=${JSON.stringify(twin)}`;
  // It may be gRPC's number for OK as well.
  if (seen.every((one) => one === "0")) return null;
  const kinds = KINDS.filter(({ values }) => seen.every((one) => values.includes(one)));
  const [kind] = kinds;
  if (kind === undefined || kinds.some(({ values }) => values.some((one) => fits(matcher, one) !== false))) return null;
  return `${wanted} can never fit: the values of ${name} are ${kind.name}, such as ${JSON.stringify(seen[0])}`;
}

function fits(matcher: LabelMatcher, value: string): boolean | null {
  const selector = { metric: "", matchers: [matcher], insertion: { at: 0, needs: "nothing" } } as const;
  return selects(selector, { __name__: "", [matcher.name]: value });
}

/** Of an expression that {@link fits} could read. */
function fitsInAnyCase({ operator, value }: LabelMatcher, actual: string): boolean {
  if (operator === "=") return actual.toLowerCase() === value.toLowerCase();
  return new RegExp(`^(?:${value})$`, "isu").test(actual);
}
