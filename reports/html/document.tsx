import type { ComponentChildren } from "preact";
import type { VerdictWord } from "../../lib/run/verdict.ts";
import { STYLES } from "./styles/styles.ts";
import { verdictIconUrl } from "./verdict-icon.tsx";

export interface DocumentProps {
  readonly title: string;
  readonly verdict: VerdictWord;
  /** Each section's id and name, for the line of links. */
  readonly sections: readonly (readonly [id: string, name: string])[];
  readonly header: ComponentChildren;
  readonly footer: ComponentChildren;
  /** The one script that may run, if any, with its hash for the policy. */
  readonly script?: { readonly text: string; readonly sha256: string };
  readonly children: ComponentChildren;
}

/** A self-contained page: it requests nothing. */
export function Document({ title, verdict, sections, header, footer, script, children }: DocumentProps) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content={policyOf(script?.sha256)} />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{title}</title>
        <link rel="icon" href={verdictIconUrl(verdict)} />
        <style dangerouslySetInnerHTML={{ __html: STYLES }} />
      </head>
      <body>
        {header}
        <nav class="contents" aria-label="Sections of this report">
          <div class="wrap">
            {sections.map(([id, name]) => (
              <a href={`#${id}`}>{name}</a>
            ))}
          </div>
        </nav>
        <main class="wrap">{children}</main>
        <footer class="wrap">
          <p>{footer}</p>
        </footer>
        {script !== undefined && <script dangerouslySetInnerHTML={{ __html: script.text }} />}
      </body>
    </html>
  );
}

function policyOf(scriptSha256: string | undefined): string {
  const script = scriptSha256 === undefined ? [] : [`script-src '${scriptSha256}'`];
  return ["default-src 'none'", "img-src data:", "style-src 'unsafe-inline'", ...script].join("; ");
}
