import type { VersionRange } from "./version-range.ts";

/** What `--version` said: a version, or that the build carries none. */
export type StatedVersion = { readonly kind: "stamped"; readonly version: string } | { readonly kind: "unstamped" };

/** One program that proofload runs. */
export interface Binary<Name extends string = string> {
  readonly tool: Name;
  /** The environment variable that names the program outright. */
  readonly variable: string;
  /** Its file name on PATH and in the cache. */
  readonly program: string;
  readonly versionArgs: readonly string[];
  readonly fits: VersionRange;
  /** Reads the output of `versionArgs`; undefined when it is some other program's. */
  parseVersion(output: string): StatedVersion | undefined;
}

/** How the file of a release holds the programs: a folder inside (empty for the top), or the file is the program. */
export type ReleaseFormat =
  | { readonly kind: "tar.gz"; readonly folder: string }
  | { readonly kind: "zip"; readonly folder: string }
  | { readonly kind: "binary" };

export interface ReleaseAsset {
  readonly file: string;
  readonly format: ReleaseFormat;
}

/** A machine in the words of Go's releases. */
export interface ReleasePlatform {
  readonly os: "linux" | "darwin";
  readonly arch: "amd64" | "arm64";
}

/** What is fetched in one piece: one program or several. */
export interface ToolPackage<Name extends string = string> {
  readonly name: string;
  /** The version that is fetched where none is found. */
  readonly version: string;
  readonly binaries: readonly [Binary<Name>, ...Binary<Name>[]];
  readonly release: {
    /** `owner/name` on GitHub. */
    readonly repository: string;
    readonly checksums: string;
    asset(platform: ReleasePlatform): ReleaseAsset;
  };
  /** The command to build, and the file name that `go install` gives it; left out where the build takes too long. */
  readonly go?: { readonly command: string; readonly binary: string };
  /** The distribution's package and the folder in it that holds the programs. */
  readonly deb?: { readonly name: string; readonly folder: string };
  /** Where people find the tool's own way to install it. */
  readonly homepage: string;
}

/** Keeps the names of a package's tools as literals, so that the catalog's type knows them. */
export function definePackage<const Name extends string>(definition: ToolPackage<Name>): ToolPackage<Name> {
  return definition;
}
