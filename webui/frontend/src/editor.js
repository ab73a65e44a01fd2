import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { HighlightStyle, bracketMatching, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { EditorState } from "@codemirror/state";
import {
  EditorView, drawSelection, highlightActiveLine, highlightActiveLineGutter, highlightSpecialChars, keymap, lineNumbers,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { sparql } from "codemirror-lang-sparql";

// The page's own colours reach into the shadow root; the values given here are for a page that has none.
const colour = {
  ink: "var(--ink, #1a1a1a)", sheet: "var(--sheet, #fff)", soft: "var(--soft, #595959)", paper: "var(--paper, #f4f4f4)",
  line: "var(--strong-line, #767676)", focus: "var(--focus, #1a5fb4)", mark: "var(--mark, #f5e6b3)", wrong: "var(--denies, #b00020)",
  keyword: "var(--asks, #43408f)", text: "var(--asserts, #1c5b42)", iri: "var(--link, #1d4f6b)", number: "var(--unsure, #6a4a00)",
};

const highlighting = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.definitionKeyword, tags.modifier], color: colour.keyword, fontWeight: "600" },
  { tag: [tags.string, tags.special(tags.string)], color: colour.text },
  { tag: [tags.url, tags.namespace, tags.typeName, tags.propertyName], color: colour.iri },
  { tag: [tags.number, tags.bool, tags.atom], color: colour.number },
  { tag: tags.comment, color: colour.soft, fontStyle: "italic" },
]);

const theme = EditorView.theme({
  "&": { fontSize: "0.95rem", border: `1px solid ${colour.line}`, borderRadius: "4px", backgroundColor: colour.sheet, color: colour.ink },
  "&.cm-focused": { outline: `3px solid ${colour.focus}`, outlineOffset: "1px" },
  ".cm-content": { caretColor: colour.ink },
  ".cm-cursor": { borderLeftColor: colour.ink },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "transparent" },
  ".cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground": { backgroundColor: colour.mark },
  ".cm-selectionMatch, &.cm-focused .cm-matchingBracket": { backgroundColor: colour.mark },
  ".cm-tooltip": { backgroundColor: colour.sheet, color: colour.ink, border: `1px solid ${colour.line}` },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: colour.iri, color: colour.paper },
  ".cm-scroller": { fontFamily: "ui-monospace, monospace", maxHeight: "60vh", overflow: "auto" },
  ".cm-content, .cm-gutter": { minHeight: "12rem" },
  ".cm-gutters": { color: colour.soft, backgroundColor: colour.paper, borderRightColor: colour.line },
  // In place of the data: images of CodeMirror's own theme, which default-src 'self' blocks.
  ".cm-lintRange": { backgroundImage: "none" },
  ".cm-lintRange-error": { backgroundImage: "none", textDecoration: "underline wavy var(--denies, #b00020)" },
  ".cm-lint-marker": { content: "none", textAlign: "center" },
  ".cm-lint-marker-error": { content: "none", color: colour.wrong },
  ".cm-lint-marker-error::before": { content: "'✖'" },
});

// The offered words come from the page, which has them from the record; nothing is sent anywhere while typing.
// `words` may be filled after the editor is there: what it holds is read when something is offered.
function completeFrom(words) {
  const listed = () => [
    ...Object.entries(words.prefixes).map(([prefix, iri]) => ({ label: `${prefix}:`, type: "namespace", detail: iri })),
    ...words.completions.map((entry) => (typeof entry === "string" ? { label: entry, type: "property" } : entry)),
  ];
  return (context) => {
    const word = context.matchBefore(/[?$\w:-]+/);
    if (!word && !context.explicit) return null;
    const text = context.state.doc.toString();
    const here = word?.text ?? "";
    const variables = [...new Set(text.match(/[?$]\w+/g) ?? [])].filter((name) => name !== here);
    const options = /^[?$]/.test(here) ? [] : listed();
    return { from: word ? word.from : context.pos, options: [...options, ...variables.map((label) => ({ label, type: "variable" }))], validFor: /^[?$\w:-]*$/ };
  };
}

// A prefix used but not declared gets its PREFIX line, once, at the top.
export function declarePrefixes(text, prefixes) {
  const bare = text.replace(/<[^<>\s]*>|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|#.*$/gm, " ");
  const missing = Object.keys(prefixes).filter(
    (prefix) =>
      new RegExp(`(^|[^\\w:-])${prefix}:`).test(bare) && !new RegExp(`prefix\\s+${prefix}:`, "i").test(bare),
  );
  return missing.map((prefix) => `PREFIX ${prefix}: <${prefixes[prefix]}>\n`).join("") + text;
}

/**
 * Mounts a SPARQL editor in `parent` and returns `{ getValue, setValue, showErrors, focus, destroy, view }`.
 * `onChange(text)` is called on every edit; `onRun(text)` on Ctrl/Cmd-Enter. Tab leaves the editor, as it does any field.
 */
export function createSparqlEditor(parent, doc, onChange, options = {}) {
  const { prefixes = {}, completions = [], onRun = null, label = "SPARQL query" } = options;
  // Inside a shadow root CodeMirror adopts constructed style sheets, which a strict style-src allows; <style> it would not.
  const root = parent.shadowRoot ?? parent.attachShadow({ mode: "open", delegatesFocus: true });
  const text = () => view.state.doc.toString();
  const run = { key: "Mod-Enter", run: () => (onRun ? (onRun(text()), true) : false) };
  const view = new EditorView({
    parent: root,
    root,
    state: EditorState.create({
      doc,
      extensions: [
        lineNumbers(), highlightActiveLineGutter(), highlightSpecialChars(), history(), drawSelection(), indentOnInput(),
        syntaxHighlighting(highlighting), bracketMatching(), closeBrackets(), highlightActiveLine(),
        highlightSelectionMatches(), lintGutter(), sparql(), theme, EditorView.lineWrapping,
        autocompletion({ override: [completeFrom(options.words ?? { prefixes, completions })] }),
        EditorView.contentAttributes.of({ "aria-label": label }),
        EditorView.updateListener.of((update) => update.docChanged && onChange?.(text())),
        keymap.of([run, ...closeBracketsKeymap, ...defaultKeymap, ...searchKeymap, ...historyKeymap, ...completionKeymap, ...lintKeymap]),
      ],
    }),
  });
  return {
    view,
    getValue: text,
    setValue: (value) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: value } }),
    // Errors as the server words them: [{ line, column, message }], both counted from 1.
    showErrors: (errors) =>
      view.dispatch(setDiagnostics(view.state, errors.map(({ line, column = 1, message }) => {
        const at = view.state.doc.line(Math.min(Math.max(line, 1), view.state.doc.lines));
        const from = Math.min(at.from + Math.max(column, 1) - 1, at.to);
        return { from, to: at.to, severity: "error", message };
      }))),
    focus: () => view.focus(),
    destroy: () => view.destroy(),
  };
}
