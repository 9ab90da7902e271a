// What markdown, HTML or GitHub's extensions (tables, math) could take for markup inside a line; no line begins with such text.
const MARKUP = /[&<>"'\\`*_[\]#|~$]/g;
// What GitHub looks for in the rendered text, where an entity is no hindrance: mentions, references, addresses, emoji.
const REFERENCE = /@(?=\S)|&#35;(?=\d)|:(?=\/\/|[a-z0-9_+&#;-]+:)|\bwww(?=\.)|\bGH(?=-\d)/gi;
const ZERO_WIDTH_SPACE = "\u200b";

/** Text that GitHub shows as it is, on one line: no markup, link, mention or reference comes of it. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/\s+/g, " ")
    .trim()
    .replace(MARKUP, (character) => `&#${character.charCodeAt(0)};`)
    .replace(REFERENCE, `$&${ZERO_WIDTH_SPACE}`);
}

/** The same as code: only the font differs, nothing in it is markup either. */
export function markdownCode(text: string): string {
  return `<code>${escapeMarkdown(text)}</code>`;
}
