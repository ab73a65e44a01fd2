// Puts what takes longer to find out in its place, when it is there. Without this script a link leads to it.
for (const place of document.querySelectorAll("[data-later]")) fill(place);

async function fill(place) {
  place.setAttribute("aria-busy", "true");
  const answer = await fetch(place.dataset.later, { headers: { Accept: "text/html" } });
  place.removeAttribute("aria-busy");
  if (!answer.ok) return;
  const found = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("#found");
  if (!found) return;
  place.replaceChildren(...found.childNodes);
  const drawings = place.querySelectorAll("figure.graph");
  if (!drawings.length) return;
  const { start } = await import("./provenance.js");
  drawings.forEach(start);
}
