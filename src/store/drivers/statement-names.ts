/** A short name for each text. There are as many texts as store functions, so the names are never forgotten. */
export function statementNames(): (text: string) => string {
  const names = new Map<string, string>();
  return (text) => {
    const name = names.get(text) ?? `s${names.size}`;
    names.set(text, name);
    return name;
  };
}
