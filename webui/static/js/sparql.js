// Puts an editor in place of the plain field, and asks without leaving the page, so that asking can be stopped.
// Without this script the form is sent as any form is, and the browser's own stop does the same.
import { formatSparql } from "./format.js";

const field = document.querySelector("#query");
const place = document.querySelector(".editor");
const form = field?.form;
let asking = null;
if (field && place) mount();

async function mount() {
  const { createSparqlEditor, declarePrefixes } = await import("../vendor/editor.js");
  const words = { prefixes: JSON.parse(place.dataset.prefixes), completions: [] };
  place.hidden = false;
  const editor = createSparqlEditor(place, field.value, (text) => (field.value = text), {
    words,
    label: "SPARQL query",
    onRun: () => form.requestSubmit(),
  });
  field.hidden = true;
  document.querySelector("#query-label").removeAttribute("for");
  for (const shown of form.querySelectorAll("[data-scripted]")) shown.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = declarePrefixes(editor.getValue(), words.prefixes);
    if (text !== editor.getValue()) editor.setValue(text);
    ask(editor, new URL(`${form.action}?${new URLSearchParams({ query: text })}`));
  });
  form.querySelector("[data-format]").addEventListener("click", () => format(editor));
  form.querySelector("[data-stop]").addEventListener("click", () => asking?.abort());
  document.addEventListener("keydown", (event) => event.key === "Escape" && asking?.abort());
  addEventListener("popstate", () => location.reload());
  mark(editor, place.dataset);
  place.editor = editor;
  place.dataset.ready = "yes";
  const answer = await fetch(place.dataset.words, { headers: { Accept: "application/json" } });
  if (answer.ok) Object.assign(words, await answer.json());
  form.querySelector("[data-missing]").textContent = words.missing ?? "The words to complete from did not come: type them whole.";
  place.dataset.words = "";
}

function format(editor) {
  const before = editor.getValue();
  const after = formatSparql(before);
  if (after !== before) editor.setValue(after);
  tell(after === before ? "It is laid out already." : "Laid out anew; no word was changed.");
  editor.focus();
}

async function ask(editor, address) {
  asking?.abort();
  const mine = (asking = new AbortController());
  const stop = form.querySelector("[data-stop]");
  stop.disabled = false;
  tell("Asking the record …");
  try {
    const answer = await fetch(address, { headers: { Accept: "text/html" }, signal: mine.signal });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    show(editor, page, address);
  } catch (error) {
    if (mine !== asking) return;
    tell(error.name === "AbortError" ? "Stopped; the server has let go of the query." : "The server did not answer. Is it still running?");
  }
  if (mine === asking) {
    asking = null;
    stop.disabled = true;
  }
}

async function show(editor, page, address) {
  const [here, there] = [document, page].map((each) => each.querySelector("#told"));
  if (!there) {
    tell(page.querySelector("main")?.innerText.trim() || "The server gave no page.");
    return;
  }
  here.replaceChildren(...there.childNodes);
  history.pushState(null, "", address);
  const heading = here.querySelector("h2, [role=alert]");
  tell(heading ? "" : "Nothing was asked.");
  heading?.setAttribute("tabindex", "-1");
  heading?.focus();
  mark(editor, page.querySelector(".editor").dataset);
  const figures = here.querySelectorAll("figure.graph");
  if (figures.length) {
    const { start } = await import("./provenance.js");
    figures.forEach(start);
  }
}

function mark(editor, { line, column, message }) {
  editor.showErrors(Number(line) ? [{ line: Number(line), column: Number(column), message }] : []);
}

function tell(text) {
  form.querySelector("[data-told]").textContent = text;
}
