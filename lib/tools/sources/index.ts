import type { Source } from "../source.ts";
import { debSource } from "./deb.ts";
import { goSource } from "./go.ts";
import { releaseSource } from "./release.ts";

/** Where packages are fetched from, in the order that is tried. */
export const SOURCES: readonly Source[] = [releaseSource, goSource, debSource];
