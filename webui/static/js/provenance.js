// Draws the provenance that the table beside it tells. Without this script the table stands alone.
const figure = document.querySelector("figure.graph");
if (figure) draw(figure);

const HOUSE = "-1 -0.25 0 -1 1 -0.25 1 1 -1 1";

function style() {
  const page = getComputedStyle(document.documentElement);
  const colour = (name) => page.getPropertyValue(`--${name}`).trim();
  const text = { color: colour("ink"), "font-family": "sans-serif", "font-size": 13 };
  const box = { "background-color": colour("entity"), "border-width": 1, "border-color": colour("strong-line") };
  return [
    { selector: "node", style: { ...text, ...box, label: "data(label)", "text-wrap": "wrap", "text-max-width": 150, "text-valign": "center", width: 180, height: 64, shape: "ellipse" } },
    { selector: "node.activity", style: { shape: "rectangle", "background-color": colour("activity"), width: 170 } },
    { selector: "node.agent", style: { shape: "polygon", "shape-polygon-points": HOUSE, "background-color": colour("agent"), width: 150, height: 76, "text-margin-y": 10, "text-max-width": 130 } },
    { selector: "node.claim", style: { "border-width": 3, "border-color": colour("link"), width: 210, height: 92, "text-max-width": 165 } },
    { selector: "edge", style: { ...text, "font-size": 11, color: colour("soft"), width: 1.4, "line-color": colour("strong-line"), "target-arrow-color": colour("strong-line"), "target-arrow-shape": "triangle", "curve-style": "bezier", label: "data(label)", "text-background-color": colour("sheet"), "text-background-opacity": 1, "text-background-padding": 2, "text-rotation": "autorotate" } },
  ];
}

async function draw(place) {
  const [{ createGraph, layered }, answer] = await Promise.all([
    import("../vendor/graph.js"),
    fetch(place.dataset.graph, { headers: { Accept: "application/json" } }),
  ]);
  if (!answer.ok) return;
  const elements = await answer.json();
  place.hidden = false;
  const canvas = place.querySelector(".canvas");
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", place.dataset.label);
  const narrow = canvas.clientWidth < 700;
  const graph = createGraph({
    container: canvas,
    elements: [...elements.nodes, ...elements.edges],
    style: style(),
    layout: { ...layered, rankDir: narrow ? "BT" : "RL", rankSep: narrow ? 50 : 90, nodeSep: 26, padding: 20 },
    minZoom: 0.15,
    maxZoom: 2.5,
    userZoomingEnabled: false,
    autoungrabify: true,
  });
  place.graph = graph;
  graph.on("tap", "node", (event) => {
    const { page } = event.target.data();
    if (page && page !== location.pathname) location.assign(page);
  });
  graph.on("mouseover", "node", () => (canvas.style.cursor = "pointer"));
  graph.on("mouseout", "node", () => (canvas.style.cursor = ""));
  // The wheel scrolls the page until the drawing was clicked, so that nobody is caught in it.
  canvas.addEventListener("pointerdown", () => graph.userZoomingEnabled(true));
  canvas.addEventListener("pointerleave", () => graph.userZoomingEnabled(false));
  for (const button of place.querySelectorAll("[data-zoom]")) {
    button.addEventListener("click", () => zoom(graph, button.dataset.zoom));
  }
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => graph.style(style()));
  place.dataset.drawn = String(graph.nodes().length);
}

function zoom(graph, how) {
  if (how === "fit") graph.fit(undefined, 20);
  else graph.zoom({ level: graph.zoom() * (how === "in" ? 1.3 : 1 / 1.3), renderedPosition: { x: graph.width() / 2, y: graph.height() / 2 } });
}
