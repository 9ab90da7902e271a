import { join } from "node:path";

import { findChecksum } from "../checksums.ts";
import { keepDigest, requireSameDigest } from "../digest-lock.ts";
import { downloadFile, downloadText } from "../download.ts";
import { releasePlatform } from "../platform.ts";
import { publicUrl } from "../public-url.ts";
import { releaseUrl } from "../releases-url.ts";
import type { Source } from "../source.ts";
import { SourceFailure } from "../source-failure.ts";
import { unpack } from "../unpack.ts";

const CLOSED =
  "Let this machine reach https://github.com, or set PROOFLOAD_RELEASES_URL to a mirror that has its release files.";
const TAMPERED = "Try again; if it stays so, a proxy or the mirror changes the file.";

/** Downloads the pinned release and checks it: against the release's own checksum file, then against what was seen before. */
export const releaseSource: Source = {
  kind: "release",
  describe: (env, pkg) => {
    const platform = releasePlatform(env);
    return publicUrl(releaseUrl(env, pkg, platform === undefined ? "" : pkg.release.asset(platform).file));
  },
  fetch: async (env, pkg, { tempDir, stageDir, digestFile, signal, onStep }) => {
    const platform = releasePlatform(env);
    if (platform === undefined) throw new SourceFailure(`there is no release for ${env.platform} on ${env.arch}`);
    const asset = pkg.release.asset(platform);
    const url = releaseUrl(env, pkg, asset.file);

    const listed = await reached(() => downloadText(env, { url: releaseUrl(env, pkg, pkg.release.checksums), signal }));
    const expected = findChecksum(listed, asset.file);
    if (expected === undefined) {
      throw new SourceFailure(`the release's ${pkg.release.checksums} has no SHA-256 for ${asset.file}`, {
        cure: CLOSED,
      });
    }
    await requireSameDigest(digestFile, publicUrl(url), expected);

    const file = join(tempDir, asset.file);
    const digest = await reached(() =>
      downloadFile(env, {
        url,
        path: file,
        signal,
        onBytes: (receivedBytes, totalBytes) => onStep({ kind: "downloading", receivedBytes, totalBytes }),
      }),
    );
    if (digest !== expected) {
      throw new SourceFailure(`its SHA-256 is ${digest}, the release's ${pkg.release.checksums} says ${expected}`, {
        cure: TAMPERED,
      });
    }
    await keepDigest(digestFile, publicUrl(url), digest);

    onStep({ kind: "unpacking" });
    const programs = pkg.binaries.map(({ program }) => program);
    await unpack({ file, format: asset.format, programs, dir: stageDir });
    return { version: pkg.version };
  },
};

/** Adds what to do to a failure to reach the server. */
async function reached<Result>(act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof SourceFailure) throw new SourceFailure(error.message, { cure: CLOSED, cause: error });
    if (error instanceof TypeError) throw new SourceFailure(error.message, { cure: CLOSED, cause: error });
    throw error;
  }
}
