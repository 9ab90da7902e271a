import { nearest } from "../../lib/config/nearest.ts";
import { readYaml } from "../../lib/config/yaml.ts";
import type { ConfigProblem, YamlDocument, YamlPath, YamlSource } from "../../lib/config/yaml.ts";
import { openSloSchema } from "./openslo.ts";
import type { OpenSlo } from "./openslo.ts";

export type Kind = OpenSlo["kind"];
export type DocumentOf<K extends Kind> = YamlDocument<Extract<OpenSlo, { readonly kind: K }>>;

/** All OpenSLO documents of some files, in the order in which they were read; a name is taken once per kind. */
export interface Documents {
  readonly all: readonly YamlDocument<OpenSlo>[];
  readonly problems: readonly ConfigProblem[];
}

/** Reads OpenSLO files; several documents in each, of any kinds, in any order. */
export function readDocuments(files: readonly YamlSource[]): Documents {
  const problems: ConfigProblem[] = [];
  const all: YamlDocument<OpenSlo>[] = [];
  for (const source of files) {
    const reading = readYaml(source, openSloSchema);
    problems.push(...reading.problems);
    for (const document of reading.documents) {
      const { kind, metadata } = document.value;
      const twin = findDocument(all, kind, metadata.name);
      if (twin !== undefined) {
        const taken = `${twin.file}:${twin.lineOf(NAME)}`;
        problems.push(problemIn(document, NAME, `'${metadata.name}' is taken by ${taken}`));
      }
      all.push(document);
    }
  }
  return { all, problems };
}

const NAME: YamlPath = ["metadata", "name"];

/** The documents of one kind. */
export function documentsOf<K extends Kind>(all: Documents["all"], kind: K): readonly DocumentOf<K>[] {
  return all.filter((document): document is DocumentOf<K> => document.value.kind === kind);
}

/** The document of a kind that has a name. */
export function findDocument<K extends Kind>(all: Documents["all"], kind: K, name: string): DocumentOf<K> | undefined {
  return documentsOf(all, kind).find(({ value }) => value.metadata.name === name);
}

/** Words for a name that no document has, with the nearest that there is. */
export function noSuchDocument(all: Documents["all"], kind: Kind, name: string): string {
  const names = documentsOf(all, kind).map(({ value }) => value.metadata.name);
  const near = nearest(name, names);
  const hint = near === undefined ? `known: ${names.join(", ") || "none"}` : `did you mean '${near}'?`;
  return `there is no ${kind} '${name}'; ${hint}`;
}

/** A mistake in a document. */
export function problemIn({ file, lineOf }: YamlDocument<unknown>, path: YamlPath, message: string): ConfigProblem {
  return { file, line: lineOf(path), path, message };
}
