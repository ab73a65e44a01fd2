// Takes the words that are selected in the text into the form below it. Without this script they are typed there.
const text = document.querySelector("#document");
const form = document.querySelector("#mark");

if (text && form) {
  for (const hint of form.querySelectorAll("[data-scripted]")) hint.hidden = false;
  document.addEventListener("selectionchange", take);
  form.quote.addEventListener("input", () => (form.start.value = form.end.value = ""));
  text.addEventListener("click", (event) => getSelection().isCollapsed || event.preventDefault());
}

function take() {
  const selection = getSelection();
  if (selection.isCollapsed || !selection.rangeCount) return;
  const range = selection.getRangeAt(0);
  if (!text.contains(range.startContainer) || !text.contains(range.endContainer)) return;
  const start = offset(range.startContainer, range.startOffset, false);
  const end = offset(range.endContainer, range.endOffset, true);
  const words = [...whole()].slice(start, end).join("");
  const inner = words.trim();
  if (!inner) return;
  const before = [...words.slice(0, words.indexOf(inner))].length;
  form.start.value = start + before;
  form.end.value = start + before + [...inner].length;
  form.quote.value = inner;
}

// The place of a point in the page, in code points of the document; inside a sign that stands for a hidden character,
// the place before or after that character.
function offset(node, at, isEnd) {
  if (node === text || node.nodeType !== Node.TEXT_NODE) {
    const next = node.childNodes[at];
    const piece = next?.dataset?.at !== undefined ? next : node.dataset?.at !== undefined ? node : null;
    if (!piece) return [...whole()].length;
    return Number(piece.dataset.at) + (piece === node && at > 0 ? long(piece) : 0);
  }
  const piece = node.parentElement.closest("[data-at]");
  const from = Number(piece.dataset.at);
  if (piece.dataset.long) return from + (isEnd && at > 0 ? Number(piece.dataset.long) : 0);
  return from + [...node.data.slice(0, at)].length;
}

function long(piece) {
  return piece.dataset.long ? Number(piece.dataset.long) : [...piece.textContent].length;
}

// Signs that stand for hidden characters count as one character each, whatever they are shown as.
function whole() {
  return [...text.querySelectorAll("[data-at]")].map((each) => (each.dataset.long ? "\ufffd" : each.textContent)).join("");
}
