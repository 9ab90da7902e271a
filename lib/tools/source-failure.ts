/** One source could not give what was asked of it; the next one is tried. */
export class SourceFailure extends Error {
  readonly cure: string | undefined;
  /** Whether the same try may well work a moment later. */
  readonly passing: boolean;

  constructor(
    reason: string,
    more: { readonly cure?: string; readonly passing?: boolean; readonly cause?: unknown } = {},
  ) {
    super(reason, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = "SourceFailure";
    this.cure = more.cure;
    this.passing = more.passing ?? false;
  }
}
