// What is wrong in the query: what the server said of it, and, as one writes, from where on it cannot be read.
import { syntaxTree } from "@codemirror/language";
import { linter } from "@codemirror/lint";

// The grammar of the editor knows none of these (SPARQL 1.2, escaped letters, hashes); the server does, and judges.
const UNKNOWN = /<<|\{\||\\u|~|\b(?:md5|sha(?:1|256|384|512)|version|triple|istriple|subject|predicate|object|(?:has)?lang(?:dir)?|strlangdir)\s*["'(]/i;

export function marks(told, unclear) {
  let asked = null;
  return linter(
    (view) => {
      const doc = view.state.doc;
      asked ??= doc;
      if (told.line && doc === asked) return [placed(doc, told)];
      if (UNKNOWN.test(doc.toString()) || !doc.toString().trim()) return [];
      const place = firstError(view.state);
      return place === null ? [] : [{ ...around(doc, place), severity: "error", message: unclear }];
    },
    { delay: 600 },
  );
}

function placed(doc, told) {
  const line = doc.line(Math.min(Number(told.line), doc.lines));
  const place = Math.min(line.from + Math.max(0, Number(told.column) - 1), line.to);
  return { ...around(doc, place), severity: "error", message: told.problem };
}

function firstError(state) {
  let place = null;
  syntaxTree(state).iterate({
    enter(node) {
      if (node.type.isError && place === null) place = node.from;
    },
  });
  return place;
}

// The word at a place; at the end of the text, the character before it.
function around(doc, place) {
  const line = doc.lineAt(place);
  const word = /^[?$]?[\w:.-]+|^\S/.exec(line.text.slice(place - line.from));
  if (word) return { from: place, to: place + word[0].length };
  return place < doc.length ? { from: place, to: place + 1 } : { from: Math.max(0, place - 1), to: place };
}
