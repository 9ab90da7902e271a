/** Lines longer than this are cut: nothing of ours is, but a script may print whole responses. */
const MAX_LINE = 256 * 1024;

/** The lines of a stream of UTF-8 bytes, each no longer than `maxLine` characters: the rest of a longer one is dropped. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>, maxLine: number = MAX_LINE): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let line = "";
  for await (const chunk of chunks) {
    const [first = "", ...others] = decoder.decode(chunk, { stream: true }).split("\n");
    line = (line + first).slice(0, maxLine);
    for (const other of others) {
      yield line;
      line = other.slice(0, maxLine);
    }
  }
  line += decoder.decode();
  if (line !== "") yield line;
}
