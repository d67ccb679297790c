// The look of the editor, in the colours of the site's stylesheet, which reach into the shadow tree.
import { HighlightStyle } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

export const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.definitionKeyword], color: "var(--accent)", fontWeight: "600" },
  { tag: [tags.variableName], color: "var(--ink)", fontWeight: "600" },
  { tag: [tags.string, tags.number, tags.bool, tags.literal], color: "var(--warn)" },
  { tag: [tags.comment], color: "var(--soft)", fontStyle: "italic" },
  { tag: [tags.url, tags.namespace, tags.propertyName, tags.typeName], color: "var(--accent-ink)" },
]);

export const look = EditorView.theme({
  "&": { color: "var(--ink)", background: "transparent", fontSize: ".875rem" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.5", minHeight: "14rem", maxHeight: "70vh" },
  ".cm-content": { padding: ".6rem 0", caretColor: "var(--ink)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)", borderLeftWidth: "2px" },
  ".cm-gutters": { color: "var(--soft)", background: "transparent", border: "0" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    background: "color-mix(in srgb, var(--accent) 30%, transparent)",
  },
  "&.cm-focused .cm-matchingBracket": { background: "var(--tint)", outline: "1px solid var(--strong-line)" },
  ".cm-lintRange-error": { background: "var(--bad-tint)", textDecoration: "underline wavy var(--bad)" },
  ".cm-tooltip": { color: "var(--ink)", background: "var(--paper)", border: "1px solid var(--strong-line)", maxWidth: "100%" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--mono)", maxHeight: "14rem", maxWidth: "min(36rem, 90vw)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: ".25rem .6rem", whiteSpace: "normal" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": { color: "var(--paper)", background: "var(--accent)" },
  ".cm-completionDetail": { color: "inherit", fontStyle: "normal", fontFamily: "var(--sans)" },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "700" },
  ".cm-diagnostic-error": { borderLeftColor: "var(--bad)" },
});
