// Shows, while one points at a mark or at a passage of the list, which belong together.
const marks = [...document.querySelectorAll(".marked a[data-passages]")];
const items = [...document.querySelectorAll(".passages > li")];
const keys = (mark) => mark.dataset.passages.split(" ");

function light(wanted) {
  for (const mark of marks) mark.classList.toggle("near", keys(mark).some((key) => wanted.includes(key)));
}

for (const item of items) {
  const key = item.id.slice("p-".length);
  for (const event of ["pointerenter", "focusin"]) item.addEventListener(event, () => light([key]));
  for (const event of ["pointerleave", "focusout"]) item.addEventListener(event, () => light([]));
}
