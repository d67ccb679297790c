// The query editor: it stands in for the textarea of the query form, which stays what the form sends.
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab, isolateHistory } from "@codemirror/commands";
import { bracketMatching, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, keymap, lineNumbers } from "@codemirror/view";
import { sparql } from "codemirror-lang-sparql";
import { completions, readVocabulary } from "./completion.js";
import { colours, look } from "./look.js";
import { marks } from "./marks.js";
import { sendByAddress } from "./sending.js";

const field = document.getElementById("query");
const keys = document.getElementById("query-keys");
const label = document.getElementById("query-label");
const form = field.form;
const vocabulary = readVocabulary(keys.dataset.completion);

// Escape lets the next Tab leave the field; typing takes that back, so Tab indents while one writes.
const leaving = [
  keymap.of([{ key: "Escape", run: (view) => (view.setTabFocusMode(true), true) }]),
  EditorView.updateListener.of((update) => {
    if (update.docChanged || (update.focusChanged && !update.view.hasFocus)) update.view.setTabFocusMode(false);
  }),
];

// Writing over a selection is done here: the browser would keep the look of what goes by a style in an attribute, which
// the Content-Security-Policy forbids.
const replacing = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { from, to, empty } = view.state.selection.main;
    if (event.inputType !== "insertText" || !event.data || empty || view.composing) return false;
    const insert = () =>
      view.state.update({
        changes: { from, to, insert: event.data },
        selection: { anchor: from + event.data.length },
        userEvent: "input.type",
        scrollIntoView: true,
      });
    const handlers = view.state.facet(EditorView.inputHandler);
    if (!handlers.some((handler) => handler(view, from, to, event.data, insert))) view.dispatch(insert());
    event.preventDefault();
    return true;
  },
});

const copying = EditorView.updateListener.of((update) => {
  if (update.docChanged) field.value = update.state.doc.toString();
});

function open() {
  const host = document.createElement("div");
  host.className = "editor";
  // In a shadow tree the styles of the editor are constructed sheets, which a strict Content-Security-Policy allows.
  const root = host.attachShadow({ mode: "open" });
  const help = document.createElement("span");
  help.id = "help";
  help.hidden = true;
  help.textContent = keys.textContent;
  root.append(help);
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: field.value,
      extensions: [
        keymap.of([{ key: "Mod-Enter", run: () => (form.requestSubmit(), true) }]),
        autocompletion({ override: [completions(vocabulary)], icons: false }),
        keymap.of([...closeBracketsKeymap, ...completionKeymap]),
        ...leaving,
        keymap.of([...historyKeymap, indentWithTab, ...defaultKeymap]),
        lineNumbers(),
        history(),
        drawSelection(),
        bracketMatching(),
        closeBrackets(),
        indentUnit.of("  "),
        EditorView.lineWrapping,
        sparql(),
        syntaxHighlighting(colours),
        look,
        marks(field.dataset, keys.dataset.unclear),
        EditorState.phrases.of({ Completions: keys.dataset.completions }),
        EditorView.contentAttributes.of({
          "aria-label": label.textContent,
          "aria-describedby": help.id,
          ...(field.hasAttribute("aria-invalid") ? { "aria-invalid": "true" } : {}),
        }),
        copying,
        replacing,
      ],
    }),
  });
  field.after(host);
  field.hidden = true;
  field.required = false;
  keys.hidden = false;
  label.addEventListener("click", () => view.focus());
  return view;
}

// A question is loaded over the text, so that undoing brings the text back.
function loadExamples(view) {
  const chooser = document.getElementById("example");
  chooser?.form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = (await vocabulary).examples[chooser.value];
    if (text === undefined) return chooser.form.submit();
    view.dispatch({
      changes: { from: 0, to: view.state.doc.length, insert: text },
      selection: { anchor: 0 },
      annotations: isolateHistory.of("full"),
      effects: EditorView.announce.of(keys.dataset.exampleLoaded),
      scrollIntoView: true,
    });
    view.focus();
  });
}

loadExamples(open());
sendByAddress(form, Number(keys.dataset.longest));
