// Puts an editor in place of the plain field. The field stays what the form sends.
const field = document.querySelector("#query");
const place = document.querySelector(".editor");
if (field && place) mount();

async function mount() {
  const [{ createSparqlEditor, declarePrefixes }, answer] = await Promise.all([
    import("../vendor/editor.js"),
    fetch(place.dataset.words, { headers: { Accept: "application/json" } }),
  ]);
  const { prefixes, completions } = answer.ok ? await answer.json() : { prefixes: {}, completions: [] };
  const form = field.form;
  place.hidden = false;
  const editor = createSparqlEditor(place, field.value, (text) => (field.value = text), {
    prefixes,
    completions,
    label: "SPARQL query",
    onRun: () => form.requestSubmit(),
  });
  field.hidden = true;
  document.querySelector("#query-label").removeAttribute("for");
  document.querySelector(".hint").hidden = false;
  form.addEventListener("submit", () => (field.value = declarePrefixes(editor.getValue(), prefixes)));
  const { line, column, message } = place.dataset;
  if (Number(line)) editor.showErrors([{ line: Number(line), column: Number(column), message }]);
  place.editor = editor;
  place.dataset.ready = "yes";
}
