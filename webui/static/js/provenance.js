// Draws the provenance that the table beside it tells. Without this script the table stands alone.
import { placeNodes, sizeOf } from "./placing.js";

// Beyond so many nodes the lines between them have no heads; below such a zoom words could not be read.
const MANY = 100, READABLE = 0.42;
const MARGIN = 20, LOWEST = 180, TALLEST = 720;
const HOUSE = "-1 -0.25 0 -1 1 -0.25 1 1 -1 1";

for (const figure of document.querySelectorAll("figure.graph")) start(figure);

// A figure that came later is started by whoever put it there; none is started twice.
export function start(place) {
  if (!place.hidden) return;
  place.hidden = false;
  // A drawing nobody has come to yet is not drawn.
  const seen = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    seen.disconnect();
    draw(place);
  }, { rootMargin: "600px" });
  seen.observe(place);
}

function style() {
  const page = getComputedStyle(document.documentElement);
  const colour = (name) => page.getPropertyValue(`--${name}`).trim();
  const text = { color: colour("ink"), "font-family": "sans-serif" };
  const head = { "target-arrow-color": colour("strong-line"), "target-arrow-shape": "triangle" };
  return [
    { selector: "node", style: { ...sizeOf(), "background-color": colour("entity"), "border-width": 1, "border-color": colour("strong-line") } },
    { selector: "node.named", style: { ...text, "font-size": 13, label: "data(label)", "text-wrap": "wrap", "text-max-width": 150, "text-valign": "center", "min-zoomed-font-size": 5 } },
    { selector: "node.activity", style: { ...sizeOf("activity"), shape: "rectangle", "background-color": colour("activity") } },
    { selector: "node.agent", style: { ...sizeOf("agent"), shape: "polygon", "shape-polygon-points": HOUSE, "background-color": colour("agent") } },
    { selector: "node.agent.named", style: { "text-margin-y": 10, "text-max-width": 130 } },
    { selector: "node.claim", style: { ...sizeOf("claim"), "border-width": 3, "border-color": colour("link") } },
    { selector: "node.claim.named", style: { "text-max-width": 165 } },
    { selector: "node.fold", style: { shape: "round-rectangle", "background-color": colour("sheet"), "border-style": "dashed", "border-width": 2 } },
    { selector: "node.fold.named", style: { "font-weight": "bold" } },
    { selector: "edge", style: { width: 1.4, "line-color": colour("strong-line") } },
    { selector: "edge.worded", style: { ...text, ...head, "font-size": 11, color: colour("soft"), "curve-style": "bezier", label: "data(label)", "text-rotation": "autorotate", "text-background-color": colour("sheet"), "text-background-opacity": 1, "text-background-padding": 2, "min-zoomed-font-size": 6 } },
    { selector: "edge.plain", style: { ...head, "curve-style": "straight" } },
  ];
}

async function draw(place) {
  const begun = performance.mark("drawing").startTime;
  const fetched = fetchElements(place.dataset.graph);
  const { createGraph, layer } = await import("../vendor/graph.js");
  const canvas = place.querySelector(".canvas");
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", place.dataset.label);
  // What draws is made ready while its nodes are on their way, and paints nothing until they are there.
  const graph = createGraph({ container: canvas, style: style(), minZoom: 0.02, maxZoom: 2.5, userZoomingEnabled: false, autoungrabify: true, hideEdgesOnViewport: true });
  graph.startBatch();
  Object.assign(place, { graph, layer, address: new URL(place.dataset.graph, location) });
  const elements = await fetched;
  if (!elements) return;
  graph.endBatch();
  show(place, elements, begun);
  graph.on("tap", "node", (event) => follow(place, event.target.data()));
  graph.on("tap", "edge", (event) => follow(place, event.target.data()));
  graph.on("viewport", () => nameInSight(graph));
  graph.on("mouseover", "node", () => (canvas.style.cursor = "pointer"));
  graph.on("mouseout", "node", () => (canvas.style.cursor = ""));
  // The wheel scrolls the page until the drawing was clicked, so that nobody is caught in it.
  canvas.addEventListener("pointerdown", () => graph.userZoomingEnabled(true));
  canvas.addEventListener("pointerleave", () => graph.userZoomingEnabled(false));
  for (const button of place.querySelectorAll("[data-zoom]")) button.addEventListener("click", () => zoom(graph, button.dataset.zoom));
  place.querySelector("[data-unfold]")?.addEventListener("click", () => unfold(place, "all"));
  place.querySelector("[data-save]")?.addEventListener("click", () => save(graph));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => graph.style(style()));
}

async function fetchElements(address) {
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  return answer.ok ? answer.json() : null;
}

function show(place, elements, begun) {
  const { graph, layer } = place;
  const { positions, worded, zoom, x, y, width, height } = placeNodes(elements, { width: graph.width() - 2 * MARGIN, height: TALLEST - 2 * MARGIN }, layer);
  const kind = worded ? "worded" : elements.nodes.length > MANY ? "many" : "plain";
  const nodes = elements.nodes.map((node) => ({ ...node, position: positions[node.data.id], classes: zoom < READABLE ? node.classes : `${node.classes} named` }));
  const edges = elements.edges.map((edge) => ({ ...edge, classes: kind }));
  graph.container().style.height = `${Math.max(LOWEST, Math.round(height * zoom + 2 * MARGIN))}px`;
  graph.resize();
  graph.batch(() => {
    graph.elements().remove();
    graph.add(nodes);
  });
  // Asked for its width, a node finds its style; while it has edges, each property goes through all of them.
  for (const node of graph.nodes()) node.width();
  graph.batch(() => {
    graph.add(edges);
    graph.viewport({ zoom, pan: { x: graph.width() / 2 - (x + width / 2) * zoom, y: graph.height() / 2 - (y + height / 2) * zoom } });
  });
  const fold = place.querySelector("[data-unfold]");
  if (fold) fold.hidden = !elements.folded;
  place.dataset.drawn = String(graph.nodes().length);
  place.dataset.took = String(Math.round(performance.now() - begun));
}

// Words too small to be read are not set; where one looks closer, those in sight are.
function nameInSight(graph) {
  if (graph.zoom() < READABLE) return;
  const { x1, y1, x2, y2 } = graph.extent();
  const inSight = (node) => {
    const { x, y } = node.position();
    return x1 - x < node.width() && x - x2 < node.width() && y1 - y < node.height() && y - y2 < node.height();
  };
  graph.nodes().not(".named").filter(inSight).addClass("named");
}

function follow(place, { open, page }) {
  if (open) unfold(place, open);
  else if (page && page !== location.pathname) location.assign(page);
}

async function unfold(place, group) {
  const begun = performance.now();
  place.address.searchParams.append("open", group);
  const elements = await fetchElements(place.address);
  if (!elements) return;
  show(place, elements, begun);
  const here = new URL(location);
  here.searchParams.append("open", group);
  // The address now shows the same, the table below it included.
  history.replaceState(null, "", here);
  place.querySelector("[data-told]").textContent = `${elements.nodes.length} nodes are drawn now.`;
}

function save(graph) {
  const unnamed = graph.nodes().not(".named").addClass("named");
  const sheet = getComputedStyle(document.documentElement).getPropertyValue("--sheet").trim();
  const link = document.createElement("a");
  link.href = URL.createObjectURL(graph.png({ output: "blob", full: true, scale: 2, maxWidth: 8000, maxHeight: 8000, bg: sheet }));
  unnamed.removeClass("named");
  link.download = `${location.pathname.split("/").pop()}-provenance.png`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

function zoom(graph, how) {
  if (how === "fit") {
    graph.fit(undefined, MARGIN);
    if (graph.zoom() > 1) { graph.zoom(1); graph.center(); }
  }
  else graph.zoom({ level: graph.zoom() * (how === "in" ? 1.3 : 1 / 1.3), renderedPosition: { x: graph.width() / 2, y: graph.height() / 2 } });
}
