// Everything but what XML 1.0 allows (https://www.w3.org/TR/xml/#charsets); lone surrogates are outside of it too.
const ILLEGAL = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;

/**
 * Text for an XML document, without the characters that none may hold. Ampersands are escaped here, because xmlbuilder2
 * leaves whatever looks like an entity as it is, and an unknown one makes the document malformed.
 */
export function xmlText(text: string): string {
  return text.replace(ILLEGAL, "").replaceAll("&", "&amp;");
}

/** The same on one line, as an attribute would be read anyway. */
export function xmlAttribute(text: string): string {
  return xmlText(text).replace(/\s+/g, " ").trim();
}
