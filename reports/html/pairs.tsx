import type { ComponentChildren } from "preact";

/** A name and what it is; one of a list of class `pairs`. */
export function Pair({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
