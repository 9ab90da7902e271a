/** The address without user name and password, fit to be shown and kept. */
export function publicUrl(url: URL): string {
  const shown = new URL(url);
  shown.username = "";
  shown.password = "";
  return shown.href;
}

/** The `authorization` header that an address with user name and password stands for; fetch takes none in the address. */
export function credentialsOf(url: URL): Readonly<Record<string, string>> {
  if (url.username === "" && url.password === "") return {};
  const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return { authorization: `Basic ${Buffer.from(pair).toString("base64")}` };
}
