/** The head of a table that becomes a stack of cards on a narrow screen, where roles would be lost if they were not said. */
export function TableHead({ names }: { readonly names: readonly string[] }) {
  return (
    <thead role="rowgroup">
      <tr role="row">
        {names.map((name) => (
          <th scope="col" role="columnheader">
            {name}
          </th>
        ))}
      </tr>
    </thead>
  );
}
