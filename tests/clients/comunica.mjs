// Asks by Comunica: reads {"sources": [...], "query": "..."} a line, writes {"rows": [{"name": "value"}]} a line.
import { createInterface } from "node:readline";
import { createRequire } from "node:module";

const { QueryEngine } = createRequire(`${process.argv[2]}/`)("@comunica/query-sparql");
const engine = new QueryEngine();

async function answer({ sources, query }) {
  const result = await engine.query(query, { sources });
  if (result.resultType === "boolean") return { boolean: await result.execute() };
  if (result.resultType === "quads") {
    const quads = await (await result.execute()).toArray();
    return { rows: quads.map(({ subject, predicate, object }) => [subject, predicate, object].map(({ value }) => value)) };
  }
  const bindings = await (await result.execute()).toArray();
  return { rows: bindings.map((row) => Object.fromEntries([...row].map(([name, term]) => [name.value, term.value]))) };
}

for await (const line of createInterface({ input: process.stdin })) {
  let said;
  try {
    said = await answer(JSON.parse(line));
  } catch (error) {
    said = { error: String(error?.message ?? error) };
  }
  process.stdout.write(`${JSON.stringify(said)}\n`);
}
