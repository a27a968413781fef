import type { InstrumentMetadata, MetadataSource } from "./venue.js";

/** A list of more replies than this does not end. */
const REPLIES = 100;

/**
 * A venue's whole list: its first path's reply, and those of all paths that replies name.
 * @param ask the instruments and further paths of one path's reply
 * @throws what `ask` throws, and an Error when the list does not end
 */
export async function wholeList(
  source: MetadataSource,
  ask: (path: string) => Promise<ReturnType<MetadataSource["read"]>>,
): Promise<InstrumentMetadata[]> {
  const all: InstrumentMetadata[] = [];
  const paths = [source.path];
  for (let reply = 0; reply < paths.length; reply++) {
    if (reply === REPLIES) throw new Error(`more than ${REPLIES} pages`);
    const { instruments, nextPaths } = await ask(paths[reply]);
    all.push(...instruments);
    paths.push(...nextPaths);
  }
  return all;
}
