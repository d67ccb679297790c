// Completion from what the publication says of itself: its classes, properties, prefixes, with how often each is used.
import { pickedCompletion } from "@codemirror/autocomplete";

const KEYWORDS = (
  "SELECT CONSTRUCT DESCRIBE ASK DISTINCT REDUCED WHERE FILTER OPTIONAL UNION MINUS GRAPH BIND VALUES PREFIX BASE FROM " +
  "EXISTS ORDER GROUP BY HAVING LIMIT OFFSET ASC DESC AS NOT IN COUNT SUM MIN MAX AVG SAMPLE GROUP_CONCAT STR LANG " +
  "LANGMATCHES DATATYPE BOUND IRI REGEX CONTAINS STRSTARTS STRENDS LCASE UCASE YEAR COALESCE IF ISIRI ISLITERAL"
).split(" ");
const NOTHING = { prefixes: {}, terms: [], examples: {} };

export async function readVocabulary(address) {
  try {
    const answer = await fetch(address);
    return answer.ok ? await answer.json() : NOTHING;
  } catch {
    return NOTHING;
  }
}

export function completions(vocabulary) {
  return async (context) => {
    const word = context.matchBefore(/[?$]?[\p{L}\p{N}_:.-]*/u);
    if (!word || (word.from === word.to && !context.explicit)) return null;
    if (/^[?$]/.test(word.text)) return variables(context, word);
    const known = await vocabulary;
    const before = context.state.sliceDoc(Math.max(0, word.from - 40), word.from);
    const options = /\bprefix\s+$/i.test(before)
      ? Object.entries(known.prefixes).map(([name, iri]) => ({ label: `${name}:`, detail: iri, apply: `${name}: <${iri}>\n` }))
      : [...terms(known, /(?:\s|;)(?:a|rdf:type)\s+$/.test(before)), ...prefixes(known), ...keywords()];
    return { from: word.from, options, validFor: /^[\p{L}\p{N}_:.-]*$/u };
  };
}

function variables(context, word) {
  const text = context.state.doc.toString();
  const used = new Set(text.match(/[?$][\p{L}\p{N}_]+/gu));
  const typed = text.slice(word.from, word.to);
  used.delete(typed);
  return { from: word.from, options: [...used].map((label) => ({ label })), validFor: /^[?$][\p{L}\p{N}_]*$/u };
}

// The name of a term in the language of the page is found as well as its compact name.
function terms(known, classesOnly) {
  return known.terms
    .filter((term) => !classesOnly || term.kind === "class")
    .map((term) => ({
      label: `${term.name} ${term.label}`.trim(),
      displayLabel: term.name,
      detail: [term.label, term.count].filter(Boolean).join(" · "),
      boost: Math.min(20, Math.log2(1 + term.number)),
      apply: declaring(known, term.name),
    }));
}

function prefixes(known) {
  return Object.entries(known.prefixes).map(([name, iri]) => ({
    label: `${name}:`,
    detail: iri,
    boost: -20,
    apply: declaring(known, `${name}:`),
  }));
}

function keywords() {
  return KEYWORDS.map((label) => ({ label, boost: -40 }));
}

// Puts the name in, and the declaration of its prefix at the head of the query if there is none.
function declaring(known, name) {
  return (view, completion, from, to) => {
    const changes = [{ from, to, insert: name }];
    const prefix = name.startsWith("<") ? undefined : name.slice(0, name.indexOf(":"));
    const text = view.state.doc.toString();
    if (known.prefixes[prefix] !== undefined && !isDeclared(text, prefix)) {
      changes.unshift({ from: 0, insert: `PREFIX ${prefix}: <${known.prefixes[prefix]}>\n` });
    }
    const set = view.state.changes(changes);
    view.dispatch({
      changes: set,
      selection: { anchor: set.mapPos(to, 1) },
      annotations: pickedCompletion.of(completion),
      userEvent: "input.complete",
    });
  };
}

function isDeclared(text, prefix) {
  return new RegExp(`(?:^|\\s)prefix\\s+${prefix.replace(/[.-]/g, "\\$&")}:`, "i").test(text);
}
