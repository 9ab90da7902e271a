import type { Command, OptionValues } from "@commander-js/extra-typings";

/** Adds the options that say how the Prometheus is asked that a verb names. */
export function withAccess<Args extends unknown[], Options extends OptionValues, Globals extends OptionValues>(
  command: Command<Args, Options, Globals>,
) {
  return command
    .option("--bearer-token-file <file>", "a token; or PROOFLOAD_PROMETHEUS_TOKEN")
    .option("--username <name>", "for basic authentication; or PROOFLOAD_PROMETHEUS_USERNAME")
    .option("--password-file <file>", "its password; or PROOFLOAD_PROMETHEUS_PASSWORD")
    .option("--header-file <file>", "headers to send, a line each, such as X-Scope-OrgID: team-a")
    .option("--ca-file <file>", "the authority of its certificate, as PEM")
    .option("--cert-file <file>", "a certificate to show, as PEM")
    .option("--key-file <file>", "the key of that certificate, as PEM");
}
